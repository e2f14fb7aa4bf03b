"""What was said somewhere, who came to know of it, and every row in which it may be kept."""

import json
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from odr.domain.sittings import Place
from tests.support.caucus import MAY_READ


@dataclass(slots=True)
class Secret:
    """`lawful`: for each place where it may have been told, who was there and who may read it later."""

    lawful: list[tuple[frozenset[str], frozenset[str]]]
    heard: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)

    @property
    def of_caucus_a(self) -> bool:
        return bool(self.lawful) and all(may == MAY_READ[Place.CAUCUS_A] for _, may in self.lawful)

    @property
    def kept(self) -> bool:
        knew = self.heard | self.read
        return not knew or any(self.heard <= told and knew <= may for told, may in self.lawful)


def every_row(path: Path) -> list[tuple[str, str, str]]:
    """Table, account (of news) and text of every row that could hold words."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        db.row_factory = sqlite3.Row
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = []
        for table in tables:
            for row in db.execute(f'SELECT * FROM "{table}"'):  # noqa: S608  its own names
                values = dict(row)
                told = json.dumps([_plain(one) for one in values.values()], ensure_ascii=False)
                found.append((table, _account(values.get("account_id")), told.replace('\\"', '"')))
        return found


def _plain(value: object) -> object:
    if not isinstance(value, str):
        return repr(value)
    try:
        return json.loads(value)
    except ValueError:
        return value


def _account(value: object) -> str:
    text = str(value or "").replace("-", "")
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}" if len(text) == 32 else text
