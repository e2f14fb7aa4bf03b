"""The camera's page from frames to result: who passes, whom a person looks at, what stays behind."""

import base64
import json
import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from filing.challenges import Challenge, from_plain
from filing.faces import Likeness
from filing.liveness import Reason, Verdict
from odr.adapters.reader.pool import FUNCTIONS, Bounds, ReaderPool
from odr.adapters.register.sandbox import SandboxRegister
from odr.app import make_app
from odr.db.migrate import upgrade
from odr.db.vault import Vault
from odr.domain import identity
from odr.domain.accounts import PLATFORM
from odr.domain.steps import Change, Role, Told
from odr.services.identity import IdentityService
from odr.settings import Settings
from odr.web.middlewares import SESSION_COOKIE
from odr.wiring import Platform, build
from tests.support.clock import FixedClock
from tests.support.faces import Frames, needs_faces, performed, photo, puppet
from tests.support.filings import open_account

pytestmark = needs_faces

FACES = {name: path for name, path in FUNCTIONS.items() if name != "read"}
OWNER, CARD, SOMEBODY_ELSE = ("s10", 8), ("s10", 1), ("s7", 3)
TEMPLATE_NUMBERS = 64  # half of a descriptor


@dataclass
class Booth:
    """A person whose card is confirmed, before the page of the camera."""

    platform: Platform
    client: TestClient[Request, Application]
    account_id: UUID
    clock: FixedClock
    page: str = ""

    async def agree(self) -> None:
        self.page = await self._post("/me/identity/consent", {"agree": "yes"})

    def asked(self) -> Challenge:
        given = json.loads(re.findall(r'id="liveness-challenge"[^>]*>(.*?)</script>', self.page, re.S)[0])
        (nonce,) = re.findall(r'name="nonce" value="(\w+)"', self.page)
        return from_plain(given, nonce)

    async def send(self, frames: Frames) -> str:
        taken = max(self.asked().length_ms, *(t_ms for _, t_ms in frames))
        self.clock.advance(milliseconds=taken)  # nobody sends sooner than the last picture was taken
        form = FormData({"nonce": self.asked().nonce, "times": json.dumps([t_ms for _, t_ms in frames])})
        for number, (jpeg, _) in enumerate(frames):
            form.add_field("frames", jpeg, filename=f"frame-{number:02}.jpg", content_type="image/jpeg")
        self.page = await self._post("/me/identity/face", form)
        return self.page

    async def state(self) -> str | None:
        async with self.platform.db.read() as tx:
            return await tx.states.get(identity.MACHINE.name, self.account_id)

    async def _post(self, path: str, form: Any) -> str:
        origin = str(self.client.make_url("/"))[:-1]
        headers = {"Cookie": f"{SESSION_COOKIE}=token", "Origin": origin}
        return await (await self.client.post(path, data=form, headers=headers)).text()


class DoubtfulReader:
    """Knows one answer: the challenge was done, and the likeness is one for a person to judge."""

    async def judge_liveness(self, *_: object) -> Verdict:
        return Verdict(
            (Reason.NEARLY_ON_CARD,), distance=0.52, likeness=Likeness.REVIEW, model="doubt", frames=1
        )


class DazzledReader:
    """Never sees the colours of the screen: it is too bright."""

    async def judge_liveness(self, *_: object) -> Verdict:
        return Verdict((Reason.WEAK_LIGHT,), model="dazzled", frames=1)


@pytest.fixture(params=[None])
async def reader(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    """The reader of the platform, or the one that the test asks for."""
    if request.param:
        yield request.param()
        return
    pool = ReaderPool(Bounds(workers=1), FACES)
    yield pool
    await pool.close()


@pytest.fixture
def no_room_for_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place for temporary files of this process and its children; the first use here would fail."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    return place


@pytest.fixture
async def booth(tmp_path: Path, reader: Any, no_room_for_files: Path) -> AsyncIterator[Booth]:
    made = build(
        Settings.model_validate({"data_dir": tmp_path / "data", "worker": "separate", "media_port": 0})
    )
    clock = FixedClock(made.clock.now())
    service = IdentityService(made.db, clock, vault=vault_of(made), reader=reader, register=SandboxRegister())
    platform = replace(made, identity=service)
    await upgrade(platform.db.engine)
    async with TestClient[Request, Application](TestServer(make_app(platform))) as client:
        booth = Booth(platform, client, await _confirmed(platform), clock)
        await booth.agree()
        yield booth


def vault_of(platform: Platform) -> Vault:
    return Vault(platform.db, platform.objects, bytes(32))


async def _confirmed(platform: Platform) -> UUID:
    now = platform.clock.now()
    actor = await open_account(platform.db, "zhang", now)
    assert actor.account_id
    vault, owner = vault_of(platform), actor.account_id
    photos = [await vault.put(actor, owner, photo(*one), now) for one in (CARD, SOMEBODY_ELSE)]
    async with platform.db.begin() as tx:
        tx.accounts.add_session(sha256(b"token").digest(), actor.account_id, now, now + timedelta(hours=1))
        row = await tx.identities.lock(actor.account_id)
        row.front_photo, row.back_photo = photos
        row.confirmed_at = now
        state = str(identity.State.CONFIRMED)
        change = Change(
            "identity",
            actor.account_id,
            None,
            "confirm_card",
            None,
            state,
            Role.APPLICANT,
            now,
            told=Told.PERSON,
        )
        await tx.record(PLATFORM, change)
    return actor.account_id


def obeyed(booth: Booth) -> Frames:
    return performed(puppet(*OWNER), booth.asked())


async def test_of_the_pictures_nothing_is_left_on_disk_or_in_any_table(
    booth: Booth, no_room_for_files: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    before = _objects(data)
    frames = obeyed(booth)
    await booth.send(frames)
    assert await booth.state() == identity.State.PERSON_MATCHED
    async with booth.platform.db.read() as tx:
        row = await tx.identities.get(booth.account_id)
        assert row
        assert row.face_same
        assert row.face_distance
        assert row.face_threshold
        assert row.face_model
        assert row.face_at
    assert _objects(data) == before
    assert all(path.stat().st_size < 1000 for path in _files(no_room_for_files))
    marks = [mark for jpeg, _ in frames for mark in _marks(jpeg)]
    assert [path for path in _files(tmp_path) if any(mark in path.read_bytes() for mark in marks)] == []
    assert [cell for cell in await _cells(booth.platform) if _is_template(cell)] == []
    (tmp_path / "planted").write_bytes(frames[5][0])  # the same search finds what is there
    assert any(_marks(frames[5][0])[0] in path.read_bytes() for path in _files(tmp_path))
    assert _is_template({"kept": [0.1] * 128})


@pytest.mark.parametrize("reader", [DoubtfulReader], indirect=True)
async def test_a_likeness_in_doubt_goes_to_a_person_and_costs_no_try(booth: Booth) -> None:
    page = await booth.send([(b"\xff\xd8", 0)])
    assert await booth.state() == identity.State.MANUAL_REVIEW
    assert "因此由工作人员来判断" in page
    async with booth.platform.db.read() as tx:
        (waiting,) = await tx.identities.waiting_for_staff()
    assert (waiting.account_id, waiting.tries, waiting.face_same) == (booth.account_id, 0, None)
    assert waiting.face_distance == 0.52


@pytest.mark.parametrize("reader", [DazzledReader], indirect=True)
async def test_who_sits_in_the_sun_is_told_what_helps_and_keeps_three_tries(booth: Booth) -> None:
    page = await booth.send([(b"\xff\xd8", 0)])
    for words in ("请避开窗户和灯光", "这一次不计入尝试次数", "剩余次数：3", "/me/identity/staff-check"):
        assert words in page
    assert booth.asked()  # a new challenge lies ready


async def test_pictures_that_no_page_sends_are_refused_in_words(booth: Booth) -> None:
    many: Frames = [(b"\xff\xd8", t_ms) for t_ms in range(99)]
    for wrong in (many, [(b"\xff" * 400_001, 0)]):
        assert "未能收到拍摄的照片" in await booth.send(wrong)
        await booth.agree()
    assert await booth.state() == identity.State.CONFIRMED


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _objects(data: Path) -> set[str]:
    return {path.name for path in _files(data / "objects")}


def _marks(jpeg: bytes) -> tuple[bytes, ...]:
    """A part of the picture as it would lie in a file or a table: plain, in hex, in base64."""
    part = jpeg[len(jpeg) // 2 :][:48]
    encoded = base64.b64encode(jpeg)
    return part, part.hex().encode(), encoded[len(encoded) // 2 :][:64]


async def _cells(platform: Platform) -> list[Any]:
    async with platform.db.engine.connect() as connection:
        names = await connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
        tables = [name for (name,) in names]
        rows = [row for name in tables for row in await connection.exec_driver_sql(f'SELECT * FROM "{name}"')]  # noqa: S608 - names of our own tables
    return [cell for row in rows for cell in row]


def _is_template(value: Any) -> bool:
    """Whether there are numbers enough for a descriptor anywhere inside."""
    if isinstance(value, bytes):
        return len(value) >= 8 * TEMPLATE_NUMBERS
    if isinstance(value, str) and value[:1] in "[{":
        try:
            value = json.loads(value)
        except ValueError:
            return False
    if isinstance(value, dict):
        return any(_is_template(one) for one in value.values())
    if isinstance(value, list):
        numbers = sum(isinstance(one, float) for one in value)
        return numbers >= TEMPLATE_NUMBERS or any(map(_is_template, value))
    return False
