"""What strangers upload through the pages: told in plain words, and nothing is left of it."""

import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from aiohttp import ClientResponse, FormData
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from filing.errors import Unfinished, Unreadable, WrongType
from filing.filetypes import ARCHIVE, FILM, OFFICE, PICTURE, PROGRAM
from filing.images import TOO_SMALL
from odr.adapters.reader.pool import Bounds, ReaderPool
from odr.adapters.register.sandbox import SandboxRegister
from odr.app import make_app
from odr.db.migrate import upgrade
from odr.db.vault import Vault
from odr.domain.accounts import Actor
from odr.languages import translate
from odr.services.evidence import EvidenceService
from odr.services.identity import IdentityService
from odr.services.readings import ReadingService
from odr.settings import Settings
from odr.web.middlewares import SESSION_COOKIE
from odr.wiring import Platform, build
from tests.odr.adapters.test_reader_pool import JOBS
from tests.support.filings import LOAN_ANSWERS, open_account
from tests.support.hostile import KINDS, Hostile, hostile_files, picture

Client = TestClient[Request, Application]
_MB = 2**20


@dataclass
class Counter:
    """A citizen with a draft before the platform, whose reader breaks when a file says so."""

    platform: Platform
    client: Client
    actor: Actor
    case: UUID
    scratch: Path

    async def send(self, path: str, field: str, files: dict[str, bytes]) -> tuple[int, str]:
        form = FormData()
        for name, body in files.items():
            form.add_field(field, body, filename=name, content_type="image/jpeg")
        return await _told(await self.post(path, form))

    async def post(self, path: str, body: object) -> ClientResponse:
        origin = str(self.client.make_url("/"))[:-1]
        headers = {"Cookie": f"{SESSION_COOKIE}=token", "Origin": origin}
        if not isinstance(body, FormData):
            headers["Content-Type"] = "multipart/form-data; boundary=here"
        address = path.replace("{case}", str(self.case))
        return await self.client.post(address, data=body, headers=headers, allow_redirects=False)

    async def left(self) -> list[str]:
        """Files in the store and in the folder for temporary ones, and rows, that an upload left."""
        files = [path for path in (self.platform.settings.data_dir / "objects").rglob("*") if path.is_file()]
        async with self.platform.db.read() as tx:
            rows = await tx.evidence.of_case(self.case)
            readings = (await tx.drafts.get(self.case)).readings
            assert self.actor.account_id
            card = await tx.identities.get(self.actor.account_id)
        photos = [card.front_photo] if card and card.front_photo else []
        return [str(one) for one in (*files, *self.scratch.iterdir(), *rows, *readings, *photos)]


@pytest.fixture(params=[8.0])
async def counter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> AsyncIterator[Counter]:
    """A reader gives a file `request.param` seconds."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    platform = build(
        Settings.model_validate({"data_dir": tmp_path / "court", "worker": "separate", "media_port": 0})
    )
    bounds = Bounds(workers=1, timeout_s=request.param, memory_bytes=2_000_000_000)
    pool = ReaderPool(bounds, {name: f"{JOBS}:{name}" for name in ("examine", "read")})
    db, clock, objects = platform.db, platform.clock, platform.objects
    platform = replace(
        platform,
        reader=pool,
        evidence=EvidenceService(db, clock, objects, pool),
        readings=ReadingService(db, clock, objects, pool),
        identity=IdentityService(
            db, clock, vault=Vault(db, objects, bytes(32)), reader=pool, register=SandboxRegister()
        ),
    )
    await upgrade(db.engine)
    actor, now = await open_account(db, "wang", clock.now()), clock.now()
    assert actor.account_id
    async with db.begin() as tx:
        tx.accounts.add_session(sha256(b"token").digest(), actor.account_id, now, now + timedelta(hours=1))
    case = await platform.drafts.start(actor, LOAN_ANSWERS)
    async with TestClient[Request, Application](TestServer(make_app(platform))) as client:
        yield Counter(platform, client, actor, case, scratch)


@pytest.mark.parametrize("counter", [60.0], indirect=True)  # s: files of strangers, not of a busy machine
async def test_a_hundred_hostile_files_are_each_told_their_sentence_and_leave_nothing(
    counter: Counter,
) -> None:
    sent = 0
    for kind in KINDS:
        files = {f"{number}.jpg": one for number, one in enumerate(hostile_files(kind))}
        bodies = {name: one.body for name, one in files.items()}
        status, page = await counter.send("/cases/{case}/papers", "files", bodies)
        told = dict(re.findall(r"<li><strong>([^<]+)</strong>：([^<]+)</li>", page))
        wrong = {one.name: told.get(name) for name, one in files.items() if not _fits(told.get(name), one)}
        assert (status, wrong) == (422, {})
        assert await counter.left() == []
        sent += len(files)
    assert sent >= 100


def _fits(told: str | None, one: Hostile) -> bool:
    """Whether this is a sentence, in Chinese, of the error that the file must meet."""
    return told in {translate(sentence) for sentence in _sentences(one.meets)}


def _sentences(kind: type[Unreadable]) -> Iterator[str]:
    """What may be said of such a file; that the reader broke may be said of none."""
    if kind is not Unfinished:
        yield kind.public
    if kind is Unreadable:
        yield TOO_SMALL
    if issubclass(WrongType, kind):
        yield from (OFFICE, ARCHIVE, FILM, PROGRAM, PICTURE)
    for special in kind.__subclasses__():
        yield from _sentences(special)


async def test_where_a_photo_is_read_a_bad_file_is_told_too(counter: Counter) -> None:
    for one in hostile_files("empty", "programs"):
        for path in ("/cases/{case}/draft/complaint", "/me/identity/front"):
            status, page = await counter.send(path, "photo", {one.name: one.body})
            assert (status, "请" in page) == (422, True)
    assert await counter.left() == []


@pytest.mark.parametrize("poison", [b"crash", b"flood", b"stall"])
async def test_a_file_that_kills_its_process_is_told_and_the_next_one_is_taken(
    counter: Counter, poison: bytes
) -> None:
    status, page = await counter.send("/cases/{case}/papers", "files", {"poison.jpg": poison})
    assert status == 422
    assert translate(Unfinished.public) in page
    assert await counter.left() == []
    assert (await counter.send("/cases/{case}/papers", "files", {"photo.jpg": picture()}))[0] == 303
    async with counter.platform.db.read() as tx:
        assert len(await tx.evidence.of_case(counter.case)) == 1


async def test_a_poor_photo_is_told_of_in_the_list_and_taken_again_there(counter: Counter) -> None:
    await counter.send("/cases/{case}/papers", "files", {"借条.jpg": picture()})
    async with counter.platform.db.read() as tx:
        (item,) = await tx.evidence.of_case(counter.case)
    again = f"/cases/{{case}}/papers/{item.id}/again"
    status, page = await counter.send(again, "photo", {"empty.jpg": b""})
    assert (status, "这张照片可能看不清" in page, 'href="#again-1"' in page) == (422, True, True)
    sharp = {"sharp.jpg": picture(size=(1000, 700))}
    assert (await counter.send(again, "photo", sharp))[0] == 303
    status, page = await counter.send(again, "photo", sharp)
    assert (status, "这张照片可能看不清" in page) == (422, False)


async def test_half_a_gigabyte_is_not_taken_in(counter: Counter) -> None:
    """The answer comes as soon as the bound is passed; what was spooled until then is gone."""

    async def stream() -> AsyncIterator[bytes]:
        yield b'--here\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n\r\n'
        for _ in range(500):
            yield bytes(_MB)
        yield b"\r\n--here--\r\n"

    status, page = await _told(await counter.post("/cases/{case}/papers", stream()))
    assert status == 413
    assert "文件太大" in page
    assert await counter.left() == []


async def _told(answer: ClientResponse) -> tuple[int, str]:
    return answer.status, await answer.text()
