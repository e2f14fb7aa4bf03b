"""A media server alone: orders with the key, tickets from elsewhere, media to a bot."""

import asyncio
import gc
import json
import socket
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from odr.demo.medium import MediaBot, moving_bars
from odr.settings import media_environment
from rtc.__main__ import build, from_settings, main
from rtc.settings import MediaSettings
from rtc.tickets import TicketOffice

TICKETS, CONTROL = b"t" * 32, b"c" * 32


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    settings = MediaSettings(addresses="127.0.0.1")  # type: ignore[arg-type]  # as from the environment
    server = TestServer(build(settings, TICKETS, CONTROL))
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
async def owner(server: TestServer) -> AsyncIterator[ClientSession]:
    headers = {"Authorization": f"Bearer {CONTROL.decode()}"}
    async with ClientSession(str(server.make_url("/")), headers=headers) as session:
        yield session


async def test_a_room_is_run_from_another_process(server: TestServer, owner: ClientSession) -> None:
    office = TicketOffice(TICKETS, lambda: datetime.now(UTC))  # noqa: TID251  the server's own clock is real here

    async def ticket(seat: str) -> str:
        return office.issue("room", seat, "party", timedelta(minutes=1))

    assert (await owner.post("/control/room/open")).status == 204
    routes = {"epoch": 1, "routes": {"anna": ["bo"], "bo": ["anna"]}}
    assert (await owner.post("/control/room/routes", json=routes)).status == 204
    assert (await owner.post("/control/room/routes", json=routes)).status == 409
    url = str(server.make_url("/"))
    bots = [MediaBot(url, partial(ticket, seat), picture=moving_bars(1)) for seat in ("anna", "bo")]
    for bot in bots:
        await bot.join()
    async with asyncio.timeout(20):
        await bots[0].until(lambda: bots[0].frames["bo"] > 3)
    assert (await owner.post("/control/room/revoke", json={"seat": "anna"})).status == 204
    async with asyncio.timeout(20), owner.get("/control/events") as events:
        await bots[0].until(lambda: bots[0].ended == "revoked")
        told = [json.loads(await events.content.readline())["event"] for _ in range(3)]
    assert told == ["Ready", "SeatJoined", "SeatConnected"]
    async with asyncio.timeout(20):  # nobody is left to say who hears whom
        await bots[1].until(lambda: bots[1].ended == "closed")
    for bot in bots:
        await bot.leave()


async def test_without_the_key_nothing_is_obeyed(server: TestServer) -> None:
    async with ClientSession(str(server.make_url("/"))) as stranger:
        assert (await stranger.post("/control/room/open")).status == 401
        assert (await stranger.get("/control/events")).status == 401


@pytest.mark.parametrize(
    ("order", "body", "status"),
    [
        ("routes", {"epoch": 1, "routes": {}}, 404),
        ("dance", {}, 404),
        ("routes", {"epoch": "1"}, 400),
        ("routes", {"epoch": 1, "routes": {}, "muted": "anna"}, 400),
        ("withhold", {"kinds": ["smell"]}, 400),
        ("withhold", {"kinds": "video"}, 400),
    ],
)
async def test_orders_that_make_no_sense_are_refused(
    owner: ClientSession, order: str, body: dict[str, object], status: int
) -> None:
    assert (await owner.post(f"/control/nowhere/{order}", json=body)).status == status


async def test_the_control_key_is_shown_as_it_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTC_TICKET_KEY", TICKETS.hex())
    monkeypatch.setenv("RTC_CONTROL_KEY", "ab" * 32)
    monkeypatch.setenv("RTC_ADDRESSES", "127.0.0.1")
    app = from_settings(MediaSettings())
    assert app is not None
    async with TestServer(app) as server, ClientSession(str(server.make_url("/"))) as session:
        for key, status in (("ab" * 32, 204), ("cd" * 32, 401)):
            headers = {"Authorization": f"Bearer {key}"}
            assert (await session.post("/control/room/open", headers=headers)).status == status


async def test_a_server_that_is_owned_ends_with_its_owner() -> None:
    surroundings = media_environment(
        addresses="127.0.0.1", ticket_key=TICKETS.hex(), control_key=CONTROL.decode()
    )
    headers = {"Authorization": f"Bearer {CONTROL.decode()}"}
    with socket.create_server(("127.0.0.1", 0)) as door:
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "rtc", "--owned", str(door.fileno())),
            env=surroundings,
            stdin=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            pass_fds=(door.fileno(),),
        )
    async with asyncio.timeout(60), ClientSession(url, headers=headers) as session:
        async with session.get("/control/events") as events:
            assert json.loads(await events.content.readline())["process"] == process.pid
            assert process.stdin
            process.stdin.close()
            while await events.content.readline():
                pass
        assert await process.wait() == 0


def test_it_does_not_start_without_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RTC_TICKET_KEY", "RTC_CONTROL_KEY"):
        monkeypatch.delenv(name, raising=False)
    assert main() == 2


async def test_the_collector_passes_over_what_was_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """To walk all of it takes tens of milliseconds, in which no packet is forwarded."""
    monkeypatch.setenv("RTC_TICKET_KEY", TICKETS.hex())
    monkeypatch.setenv("RTC_CONTROL_KEY", CONTROL.decode())
    monkeypatch.setenv("RTC_ADDRESSES", "127.0.0.1")
    served = list[web.Application]()
    monkeypatch.setattr(web, "run_app", lambda app, **_: served.append(app))
    main()
    before = len(gc.get_objects())
    try:
        async with TestServer(served[0]):
            assert len(gc.get_objects()) < before / 10
    finally:
        gc.unfreeze()
