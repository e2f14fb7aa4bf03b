"""A media server alone: `python -m rtc [--owned FD]`, settings from RTC_*.

RTC_TICKET_KEY (32 bytes or more, in hex) is shared with whoever issues tickets, RTC_CONTROL_KEY with whoever
owns the rooms, who shows it as it is: `Authorization: Bearer`.

FD: a listening socket in place of RTC_HTTP_HOST and RTC_HTTP_PORT, from an owner who started this process and
keeps a pipe to its standard input; with the pipe the process ends.
"""

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

import socketio
from aiohttp import web

from rtc.net.control import Chronicle, routes
from rtc.net.engine import Engine
from rtc.net.gateway import Gateway
from rtc.settings import MediaSettings

GOODBYE_S = 2.0  # for what is under way when the owner ends


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the one clock of this process; everything below is given it


def build(settings: MediaSettings, ticket_key: bytes, control_key: bytes) -> web.Application:
    """Signalling, control and the engine behind them."""
    chronicle = Chronicle()
    engine = Engine(settings, chronicle, _now, ticket_key)
    server = socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins=settings.origin or None)
    server.register_namespace(Gateway(engine))
    app = web.Application()
    app.add_routes(routes(engine, chronicle, control_key))
    server.attach(app)

    async def start(_: web.Application) -> None:
        await engine.start()
        places = ", ".join(f"{host}:{port}" for host, port in engine.endpoints)
        print(f"media on UDP {places}, plane {engine.plane}", file=sys.stderr, flush=True)

    async def stop(_: web.Application) -> None:
        await engine.stop()
        chronicle.end()

    app.on_startup.append(start)
    app.on_shutdown.append(stop)
    return app


def from_settings(settings: MediaSettings) -> web.Application | None:
    """None if a key is missing."""
    if settings.ticket_key is None or settings.control_key is None:
        return None
    ticket_key = bytes.fromhex(settings.ticket_key.get_secret_value())
    return build(settings, ticket_key, settings.control_key.get_secret_value().encode())


def main(arguments: Sequence[str] = ()) -> int:
    settings = MediaSettings()
    app = from_settings(settings)
    if app is None:
        print("RTC_TICKET_KEY and RTC_CONTROL_KEY must be set", file=sys.stderr)
        return 2
    app.on_startup.append(_pass_over_imports)
    match arguments:
        case ["--owned", fd]:
            app.on_startup.append(_end_with_owner)
            web.run_app(app, sock=socket.socket(fileno=int(fd)), print=None, shutdown_timeout=GOODBYE_S)
        case _:
            web.run_app(app, host=settings.http_host, port=settings.http_port, print=None)
    return 0


async def _pass_over_imports(_: web.Application) -> None:
    """The collector looks no more at what stays anyway: to walk it all held packets up for nearly 40 ms."""
    gc.collect()
    gc.freeze()


async def _end_with_owner(_: web.Application) -> None:
    """Nothing is ever written into the pipe: what can be read is its end."""
    loop, pipe = asyncio.get_running_loop(), sys.stdin.fileno()

    def end() -> None:
        loop.remove_reader(pipe)
        signal.raise_signal(signal.SIGTERM)

    loop.add_reader(pipe, end)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
