"""The recordings of a sitting: their page, and the film in the pieces that a player asks for."""

from urllib.parse import quote

from aiohttp import web

from odr.domain.recordings import State
from odr.web.addresses import named
from odr.web.keys import ACTOR, CLOCK, RECORDINGS
from odr.web.render import render

_UNFINISHED = (State.ENDED, State.KEPT)


async def show(request: web.Request) -> web.Response:
    view = await request.app[RECORDINGS].show(request[ACTOR], named(request, "sitting"))
    working = any(one.state in _UNFINISHED for one in view.recordings)
    now = request.app[CLOCK].now()
    return render(request, "sittings/recordings.html", view=view, working=working, now=now)


async def play(request: web.Request) -> web.StreamResponse:
    return await _send(request, take=False)


async def download(request: web.Request) -> web.StreamResponse:
    """The film as a file, for those who may have it so."""
    return await _send(request, take=True)


async def _send(request: web.Request, *, take: bool) -> web.StreamResponse:
    service, sitting = request.app[RECORDINGS], named(request, "sitting")
    film = await service.open(request[ACTOR], sitting, named(request, "recording"), take=take)
    try:
        wanted = range(film.size)[request.http_range]
    except ValueError:
        wanted = range(0)
    if not wanted:
        raise web.HTTPRequestRangeNotSatisfiable(headers={"Content-Range": f"bytes */{film.size}"})
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Type": "video/webm",
        "Content-Length": str(len(wanted)),
        "Cache-Control": "private, no-store",
    }
    if "Range" in request.headers:
        headers["Content-Range"] = f"bytes {wanted.start}-{wanted.stop - 1}/{film.size}"
    if take:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote('录音录像.webm')}"
    answer = web.StreamResponse(status=206 if "Range" in request.headers else 200, headers=headers)
    await answer.prepare(request)
    if request.method != "HEAD":
        async for piece in service.read(film, wanted.start, wanted.stop):
            await answer.write(piece)
    await answer.write_eof()
    return answer
