"""Databases of a test's own, whatever their kind: fresh ones, and copies of one that a set-up has filled."""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import make_url


class Databases(Protocol):
    """One kind of database."""

    def fresh(self, folder: Path, of: str = "") -> AbstractContextManager[str]:
        """The address of a database for the block, with every table and no rows.

        Or a copy of the one at the address `of`, which nobody may be connected with. A file lies in `folder`.
        """


class SqliteFiles:
    """`template` is a file with every table."""

    def __init__(self, template: Path) -> None:
        self._template = template

    @contextmanager
    def fresh(self, folder: Path, of: str = "") -> Iterator[str]:
        path = folder / "test.sqlite"
        shutil.copyfile(make_url(of).database or "" if of else self._template, path)
        yield f"sqlite+aiosqlite:///{path}"
