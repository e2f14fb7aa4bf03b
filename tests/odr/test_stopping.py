"""The real program, asked to stop or killed in the middle of its work: nothing that was answered is lost."""

import asyncio
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit
from uuid import UUID

import aiohttp
from aiohttp import web
from PIL import Image

from odr.app import _farewell
from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.services.drafts import DraftService
from odr.tasks import spawn
from odr.web.middlewares import SESSION_COOKIE
from tests.support.caucus import NAMES
from tests.support.court import Evening, Guest, convene
from tests.support.filings import LOAN_ANSWERS
from tests.support.seeding import Now
from tests.support.server import Server, serving, start

BOUNDARY = "half-and-half"
WAIT_S = 30


@contextmanager
def rows_of(server: Server) -> Iterator[Database]:
    yield Database(f"sqlite+aiosqlite:///{server.data / 'odr.sqlite'}")


async def gathered(server: Server, evening: Evening) -> dict[str, Guest]:
    """Everybody in the joint room, with their pages open."""
    guests = {who: Guest(server.url, evening.sitting, evening.tokens[who]) for who in NAMES}
    for guest in guests.values():
        await guest.open()
        await guest.sit()
    status, told = await guests["mo"].ask("POST", "host/start")
    assert status == 200, told
    return guests


async def draft_of(db: Database, account_id: UUID) -> UUID:
    return await DraftService(db, Now()).start(Actor(account_id), LOAN_ANSWERS)


async def until_ready(url: str, wanted: int) -> None:
    """Until /readyz answers so, or, for 0, nobody answers any more."""
    async with asyncio.timeout(WAIT_S):
        while await asyncio.to_thread(_readiness, url) != wanted:  # noqa: ASYNC110  of another process
            await asyncio.sleep(0.05)


def _readiness(url: str) -> int:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return 0


def photo() -> bytes:
    """Never twice the same."""
    out = BytesIO()
    Image.effect_noise((600, 800), 60).save(out, "JPEG")
    return out.getvalue()


class Upload:
    """A photo for a case, sent in two halves."""

    def __init__(self, server: Server, case_id: UUID, token: str) -> None:
        self._address = urlsplit(server.url)
        part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n'
        body = f"{part}Content-Type: image/jpeg\r\n\r\n".encode() + photo()
        body += f"\r\n--{BOUNDARY}--\r\n".encode()
        head = (
            f"POST /cases/{case_id}/papers HTTP/1.1\r\n"
            f"Host: {self._address.netloc}\r\nOrigin: {server.url}\r\n"
            f"Cookie: {SESSION_COOKIE}={token}\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self._halves = head.encode() + body[: len(body) // 2], body[len(body) // 2 :]

    async def begin(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(self._address.hostname, self._address.port)
        self._writer.write(self._halves[0])
        await self._writer.drain()

    async def end(self) -> int:
        """Send the rest; the status."""
        self._writer.write(self._halves[1])
        async with asyncio.timeout(WAIT_S):
            status = await self._reader.readline()
        self._writer.close()
        return int(status.split()[1])


async def test_a_stop_waits_for_an_upload_and_tells_the_people_in_the_room(tmp_path: Path) -> None:
    server = start(tmp_path, settings={"ODR_DRAIN_S": "1"})
    with rows_of(server) as db:
        evening = await convene(db, Now().now())
        guests = await gathered(server, evening)
        case_id = await draft_of(db, evening.accounts["wang"])
        first, second = (Upload(server, case_id, evening.tokens["wang"]) for _ in range(2))
        await first.begin()
        assert await first.end() == 303  # so that the reader's process is warm
        await second.begin()
        server.process.send_signal(signal.SIGTERM)
        await until_ready(server.url, 503)
        await until_ready(server.url, 0)
        assert await second.end() == 303
        assert await asyncio.to_thread(server.process.wait, WAIT_S) == 0
        async with db.read() as tx:
            kept = await tx.evidence.of_case(case_id)
            ended = [row.event for row in await tx.sittings.attendance(evening.sitting)]
        assert len(kept) == 2
        assert {guest.farewell for guest in guests.values()} == {"stopped"}
        assert ended.count("left:stopped") == len(NAMES)
        for guest in guests.values():
            await guest.close()
        await db.close()


class Busybodies:
    """Three who write in the room, and one who asks for codes; and what the court said yes to."""

    def __init__(self, server: Server, guests: dict[str, Guest]) -> None:
        self._server, self._guests = server, guests
        self.said: list[str] = []
        self.phones: list[str] = []
        self.enough = asyncio.Event()

    async def talk(self, who: str) -> None:
        for number in range(10_000):
            text = f"{who}的第{number}句"
            status, _ = await self._guests[who].ask("POST", "chat", text=text)
            if status == 200:
                self.said.append(text)

    async def ask_for_codes(self) -> None:
        headers = {"Origin": self._server.url}
        async with aiohttp.ClientSession(headers=headers) as session:
            for number in range(10_000):
                phone = f"1390000{number:04}"
                form = {"phone": phone, "next": "/"}
                async with session.post(
                    f"{self._server.url}/sign-in", data=form, allow_redirects=False
                ) as told:
                    if told.status == 303:
                        self.phones.append(f"+86{phone}")
                if len(self.phones) >= 12 and len(self.said) >= 40:
                    self.enough.set()

    async def until_the_plug_is_pulled(self) -> None:
        tasks = [spawn(self.talk(who), name=who) for who in NAMES]
        tasks.append(spawn(self.ask_for_codes(), name="codes"))
        async with asyncio.timeout(2 * WAIT_S):
            await self.enough.wait()
        self._server.kill()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(one, aiohttp.ClientError | ConnectionError) for one in ended), ended


async def test_a_power_cut_takes_nothing_that_was_answered(tmp_path: Path) -> None:
    first = start(tmp_path)
    with rows_of(first) as db:
        evening = await convene(db, Now().now())
        busy = Busybodies(first, guests := await gathered(first, evening))
        await busy.until_the_plug_is_pulled()
        for guest in guests.values():
            await guest.close()
        await db.close()
    with serving(tmp_path) as again, rows_of(again) as db:
        back = await gathered_again(again, evening)
        _, room = await back["mo"].ask("GET", "state")
        assert set(busy.said) <= {line["text"] for line in room["chat"]}
        async with db.read() as tx:
            came = {message.to for message in await tx.sandbox.latest_sms(limit=1000)}
            due = {event.payload["to"] for event in await tx.outbox.pending("sms.send")}
        assert set(busy.phones) <= came | due
        for guest in back.values():
            await guest.close()
        await db.close()


async def gathered_again(server: Server, evening: Evening) -> dict[str, Guest]:
    """Everybody in the joint room, to which they were admitted before."""
    guests = {who: Guest(server.url, evening.sitting, evening.tokens[who]) for who in NAMES}
    for guest in guests.values():
        await guest.open()
        await guest.sit()
    async with asyncio.timeout(WAIT_S):
        while await _places(guests["mo"]) != {"joint"}:  # noqa: ASYNC110  of another process
            await asyncio.sleep(0.05)
    return guests


async def _places(guest: Guest) -> set[str]:
    _, room = await guest.ask("GET", "state")
    return {one["place"] for one in room["seats"]}


async def test_a_stop_does_not_wait_for_a_page_that_is_gone() -> None:
    gone = asyncio.Event()

    class Media:
        async def stop(self) -> None: ...

    class Eio:
        sockets = ("one that never takes its last packet",)

        async def disconnect(self) -> None:
            await gone.wait()

    farewell = _farewell(SimpleNamespace(media=Media()), SimpleNamespace(eio=Eio()))  # type: ignore[arg-type]
    async with asyncio.timeout(WAIT_S):
        await farewell(web.Application())
