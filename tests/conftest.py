"""Fixtures that every test may ask for."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from odr.db.uow import Database
from tests.support.clock import FixedClock


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    db = Database(f"sqlite+aiosqlite:///{tmp_path / 'test.sqlite'}")
    await db.create_all()
    yield db
    await db.close()
