"""A recording of people with real voices and pictures, judged by what it shows."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import av

from odr.demo.medium import MediaBot
from rtc.core.events import SeatConnected
from rtc.core.packets import Kind
from rtc.recording.recorder import Recorder
from tests.rtc.conftest import NOW, Stage
from tests.rtc.net.test_caucus import COLOURS, SEATS, plain, sender_of

TOGETHER = {seat: set(SEATS) - {seat} for seat in SEATS}
APART: dict[str, set[str]] = {"anna": {"mediator"}, "bo": set(), "mediator": {"anna"}}


class WatchedRecorder(Recorder):
    """Lets a test look again at each packet."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, NOW, asyncio.get_running_loop().time)
        self.folder = folder
        self._came = asyncio.Event()

    def take(self, who: tuple[str, Kind], octets: bytes, *, control: bool) -> None:
        super().take(who, octets, control=control)
        self._came.set()

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not true():
                self._came.clear()
                await self._came.wait()

    async def more(self, seat: str, octets: int = 400) -> None:
        """Until so much more of the person was written, picture and voice."""
        before = {kind: self._size(seat, kind) for kind in (Kind.AUDIO, Kind.VIDEO)}
        await self.until(lambda: all(self._size(seat, kind) > before[kind] + octets for kind in before))

    def notes(self) -> list[dict[str, object]]:
        lines = (self.folder / "log.jsonl").read_bytes().split(b"\n")[:-1]
        return [json.loads(line) for line in lines]

    def _size(self, seat: str, kind: Kind) -> int:
        path = self.folder / f"{seat}-{kind}.webm"
        return path.stat().st_size if path.exists() else 0


def shown(path: Path) -> set[str]:
    """Whom the pictures of a file show."""
    with av.open(str(path), "r") as container:
        return {sender_of(frame) for frame in container.decode(container.streams.video[0])}


async def test_what_is_shown_apart_is_in_no_recording(stage: Stage, tmp_path: Path) -> None:
    recorder = WatchedRecorder(tmp_path / "recording")
    stage.engine.record("room", recorder)
    apart, bots = asyncio.Event(), {}
    open_, hidden = plain(COLOURS["anna"]), plain(COLOURS["mediator"])  # held up for the mediator alone

    def of_anna(number: int) -> object:
        return (hidden if apart.is_set() else open_)(number)

    pictures = {"anna": of_anna, "bo": plain(COLOURS["bo"])}
    for seat, picture in pictures.items():

        async def ticket(seat: str = seat) -> str:
            return stage.ticket(seat)

        bots[seat] = MediaBot(stage.url, ticket, picture=picture)  # type: ignore[arg-type]  # an array
        await bots[seat].join()
        await stage.witness.wait_for(SeatConnected, seat)
    stage.engine.set_routes("room", 1, TOGETHER, recorded=SEATS)
    for seat in pictures:
        await recorder.more(seat)

    stage.engine.set_routes("room", 2, APART, recorded={"bo"})  # bo's stream shows that time goes on
    apart.set()
    await recorder.more("bo")
    for bot in bots.values():
        await bot.leave()
    assert stage.engine.end_record("room") is recorder
    await asyncio.to_thread(recorder.stop)

    assert recorder.failure == ""
    assert shown(recorder.folder / "anna-video.webm") == {"anna"}
    assert shown(recorder.folder / "bo-video.webm") == {"bo"}
    told = [note["seats"] for note in recorder.notes() if note["what"] == "hears"]
    assert told == [sorted(SEATS), ["bo"]]


async def test_a_recorder_hears_nothing_more_of_a_closed_room(stage: Stage, tmp_path: Path) -> None:
    recorder = WatchedRecorder(tmp_path / "recording")
    stage.engine.record("room", recorder)
    stage.engine.close_room("room")
    assert stage.engine.end_record("room") is None
    await asyncio.to_thread(recorder.stop)
    assert [note["what"] for note in recorder.notes()] == ["started", "ended"]
