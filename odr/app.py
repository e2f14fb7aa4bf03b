"""The web process: the platform as an aiohttp application; embedded, it runs the worker too."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

import socketio
from aiohttp import web

from odr.logs import log
from odr.ports.media import MediaEvent, RecordingClosed
from odr.settings import Settings
from odr.tasks import spawn, stop
from odr.web import keys, routes
from odr.web.middlewares import MIDDLEWARES
from odr.web.push import Pump, PushNamespace
from odr.web.render import setup as set_up_pages
from odr.web.underway import Underway
from odr.wiring import Platform
from odr.worker import Worker, end_clocks, handlers, keep_log, keep_rooms

_log = log(__name__)

MAX_REQUEST_BYTES = 32 * 2**20
GOODBYE_S = 2  # for what open sockets are still sent
FINISH_S = 10  # for what is under way when asked to stop


@dataclass(frozen=True, slots=True)
class Usher:
    """Hands what media saw to whoever has the room: a check by video, a test call, else a sitting."""

    platform: Platform

    async def heard(self, event: MediaEvent) -> None:
        if isinstance(event, RecordingClosed):
            return await self.platform.rooms.recording_closed(event)
        for other in (self.platform.video_checks, self.platform.line_tests):
            if other.has(event.room_id):
                return await other.heard(event)
        await self.platform.lines.heard(event)
        await self.platform.rooms.heard(event)
        return await self.platform.help.heard(event)


def make_app(platform: Platform) -> web.Application:
    """The application; starting it starts the worker, cleaning it up ends both."""
    underway = Underway()
    app = web.Application(middlewares=(underway.count, *MIDDLEWARES), client_max_size=MAX_REQUEST_BYTES)
    app[keys.UNDERWAY] = underway
    _add_services(app, platform)
    _add_sittings(app, platform)
    set_up_pages(app, platform.settings)
    _add_routes(app, platform.settings)
    sockets = socketio.AsyncServer(
        async_mode="aiohttp", cors_allowed_origins=None
    )  # None: the own origin only; [] would switch the check off
    sockets.register_namespace(pages := PushNamespace(platform.accounts, platform.pushes))
    sockets.attach(app)
    app.cleanup_ctx.append(_running(platform, sockets, pages))
    app.on_shutdown.append(_farewell(platform, sockets))
    return app


def _add_services(app: web.Application, platform: Platform) -> None:
    app[keys.SETTINGS] = platform.settings
    app[keys.CLOCK] = platform.clock
    app[keys.CERTIFICATES] = platform.certificates
    app[keys.ACCOUNTS] = platform.accounts
    app[keys.AGENTS] = platform.agents
    app[keys.APPOINTMENTS] = platform.appointments
    app[keys.AGREEMENTS] = platform.agreements
    app[keys.CLAUSES] = platform.clauses
    app[keys.COMPARISONS] = platform.comparisons
    app[keys.CONFIRMATIONS] = platform.confirmations
    app[keys.DELIVERIES] = platform.deliveries
    app[keys.SIGNING] = platform.signing
    app[keys.DOSSIERS] = platform.dossiers
    app[keys.CASES] = platform.cases
    app[keys.DRAFTS] = platform.drafts
    app[keys.EVIDENCE] = platform.evidence
    app[keys.READINGS] = platform.readings
    app[keys.RECORDINGS] = platform.recordings
    app[keys.SAMPLES] = platform.samples
    app[keys.STATEMENTS] = platform.statements
    app[keys.SUBMISSION] = platform.submission
    app[keys.HEALTH] = platform.health
    app[keys.HEARINGS] = platform.hearings
    app[keys.TRIAGE] = platform.triage
    app[keys.TRUST] = platform.trust
    app[keys.DOCUMENTS] = platform.documents
    app[keys.NETWORK_APP] = platform.network_identity
    app[keys.IDENTITY] = platform.identity
    app[keys.INVITATIONS] = platform.invitations
    app[keys.MANDATES] = platform.mandates
    app[keys.MEDIATION] = platform.mediation
    app[keys.MESSAGES] = platform.messages
    app[keys.OFFERS] = platform.offers
    app[keys.PAYMENTS] = platform.fees
    app[keys.PUSHES] = platform.pushes
    app[keys.OWN_FILINGS] = platform.own_filings
    app[keys.REVIEW] = platform.review
    app[keys.SANDBOX] = platform.sandbox
    app[keys.STAFF_CHECKS] = platform.staff_checks
    app[keys.VERSIONS] = platform.versions
    app[keys.VIDEO_CHECKS] = platform.video_checks


def _add_sittings(app: web.Application, platform: Platform) -> None:
    """What goes before, in and after a room."""
    app[keys.SITTINGS] = platform.sittings
    app[keys.ROOMS] = platform.rooms
    app[keys.CHAT] = platform.chat
    app[keys.GRIEVANCES] = platform.grievances
    app[keys.SURVEYS] = platform.surveys
    app[keys.MINUTES] = platform.minutes
    app[keys.MINUTES_PAPERS] = platform.minutes_papers
    app[keys.MINUTES_SIGNING] = platform.minutes_signing
    app[keys.EXHIBITS] = platform.exhibits
    app[keys.GUESTS] = platform.guests
    app[keys.LINES] = platform.lines
    app[keys.DESK] = platform.desk
    app[keys.HELP] = platform.help
    app[keys.LINE_TESTS] = platform.line_tests


def _add_routes(app: web.Application, settings: Settings) -> None:
    app.add_routes(routes.static(settings.root / "static"))
    app.add_routes(routes.public())
    app.add_routes(routes.parties())
    app.add_routes(routes.settling())
    app.add_routes(routes.mediations())
    app.add_routes(routes.representation())
    app.add_routes(routes.staff())
    app.add_routes(routes.callbacks())
    app.add_routes(routes.filing())
    app.add_routes(routes.sittings_and_rooms())
    app.add_routes(routes.minutes_of_sittings())
    app.add_routes(routes.grievances_about_mediators())
    app.add_routes(routes.video_checks())
    app.add_routes(routes.support_desk())
    app.add_routes(routes.guest_seats())
    if settings.mode == "sandbox":
        app.add_routes(routes.sandboxed())
        app.add_routes(routes.drawn_papers(settings.data_dir / "samples"))


async def serve(platform: Platform, announce: Callable[[Sequence[str]], None] = lambda _: None) -> None:
    """Serve until told to stop; what is under way is finished first. `announce` is told the addresses."""
    try:
        doors = _doors(platform.settings)
    except OSError:  # a port is taken: told before anything runs that would have to be ended
        await platform.close()
        raise
    app = make_app(platform)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=FINISH_S)
    stopped = asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_number, stopped.set)
    await runner.setup()
    try:
        addresses = await _open_doors(platform, runner, *doors)
        _log.info("server started", addresses=addresses)
        announce(addresses)
        await stopped.wait()
        platform.health.retire()
        await asyncio.sleep(platform.settings.drain_s)  # who asks /readyz sends nobody here now
        for site in list(runner.sites):
            await site.stop()
        await app[keys.UNDERWAY].ended(FINISH_S)
    finally:
        await runner.cleanup()


def _doors(settings: Settings) -> list[socket.socket]:
    """Plain HTTP on `host`; HTTPS for the machine's networks if no proxy ends TLS."""
    doors = [_door(settings.host, settings.port)]
    if settings.own_https:
        try:
            doors.append(_door("0.0.0.0", settings.https_port))  # noqa: S104  the LAN
        except OSError:
            doors[0].close()
            raise
    return doors


def _door(host: str, port: int) -> socket.socket:
    family, *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    return socket.create_server((host, port), family=family)


async def _open_doors(
    platform: Platform, runner: web.AppRunner, plain: socket.socket, secure: socket.socket | None = None
) -> list[str]:
    """The addresses served."""
    await web.SockSite(runner, plain).start()
    addresses = [f"http://{platform.settings.host}:{plain.getsockname()[1]}"]
    if secure is not None:
        networks = platform.network.addresses()
        context = platform.certificates.context(networks, platform.clock.now())
        await web.SockSite(runner, secure, ssl_context=context).start()
        addresses += [f"https://{address}:{secure.getsockname()[1]}" for address in networks]
    return addresses


def _farewell(
    platform: Platform, sockets: socketio.AsyncServer
) -> Callable[[web.Application], Awaitable[None]]:
    """Before the wait for what is under way: an open socket would be waited for until the time is over."""

    async def say_goodbye(_app: web.Application) -> None:
        await platform.media.stop()
        if sockets.eio.sockets:
            try:
                async with asyncio.timeout(GOODBYE_S):
                    await sockets.eio.disconnect()
            except TimeoutError:  # what was meant for a page that is gone is waited for without end
                _log.info("sockets were cut off", count=len(sockets.eio.sockets))

    return say_goodbye


def _running(
    platform: Platform, sockets: socketio.AsyncServer, pages: PushNamespace
) -> Callable[[web.Application], AsyncIterator[None]]:
    async def context(_app: web.Application) -> AsyncIterator[None]:
        await platform.reader.start()
        pump = Pump(pages, platform.pushes)
        platform.db.listeners.append(pump.wake)
        pumping = spawn(pump.run(), name="pump")
        await platform.rooms.recover()
        await platform.video_checks.recover()
        await platform.recordings.recover()
        await platform.media.start(sockets, Usher(platform))
        leading = spawn(keep_rooms(platform.rooms, platform.clock), name="rooms")
        watching = [
            spawn(keep_rooms(platform.video_checks, platform.clock), name="video checks"),
            spawn(keep_rooms(platform.line_tests, platform.clock), name="test calls"),
            spawn(keep_rooms(platform.lines, platform.clock), name="lines"),
            spawn(keep_rooms(platform.exhibits, platform.clock), name="opinions"),
        ]
        if platform.settings.worker == "embedded":
            worker = Worker(platform.db, platform.clock, handlers(platform))
            platform.db.listeners.append(worker.wake)
            working = spawn(worker.run(), name="worker")
            keeping = spawn(keep_log(platform.ledger), name="ledger")
            ending = spawn(end_clocks(platform.clocks), name="clocks")
            composing = spawn(keep_rooms(platform.recordings, platform.clock), name="recordings")
        yield
        await stop(leading)
        await stop(*watching)
        if platform.settings.worker == "embedded":
            await worker.finish(working)
            await stop(keeping)
            await stop(ending)
            await stop(composing)
        await stop(pumping)
        try:
            await platform.lines.finish()
        finally:
            await platform.close()

    return context
