"""A recording on a disk: complete after a crash, and honest about what it misses."""

import json
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import av
import pytest

from rtc.core.packets import Kind, write_rtp
from rtc.core.rtcp import SenderReport, write_sender_report
from rtc.recording import recorder as recording
from rtc.recording.recorder import QUEUE, Recorder
from tests.rtc.recording.sources import camera, microphone, pictures

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BLOCK = b"\xbe\xde\x00\x00"
ROOT = Path(__file__).parents[3]

CRASH = """
import sys, threading
from datetime import UTC, datetime
from pathlib import Path
from rtc.core.packets import Kind, write_rtp
from rtc.recording.recorder import Recorder
from tests.rtc.recording.sources import microphone
now = [0.0]
recorder = Recorder(Path(sys.argv[1]), datetime.now(UTC), lambda: now[0])
for number, packet in enumerate(microphone(500)):
    now[0] = number * 0.02
    octets = write_rtp(packet, packet.sequence, packet.timestamp, 1, b"\\xbe\\xde\\x00\\x00")
    recorder.take(("anna", Kind.AUDIO), octets, control=False)
while not recorder._queue.empty():
    threading.Event().wait(0.01)
print("recorded", flush=True)
sys.stdin.read()
"""


def feed(recorder: Recorder, seat: str = "anna", count: int = 50) -> None:
    for packet in microphone(count):
        octets = write_rtp(packet, packet.sequence, packet.timestamp, 1, BLOCK)
        recorder.take((seat, Kind.AUDIO), octets, control=False)


def notes(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def frames(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(container.streams[0]))


def test_a_file_a_stream_and_a_log_of_who_was_heard(tmp_path: Path) -> None:
    folder = tmp_path / "recording"
    recorder = Recorder(folder, AT, lambda: 0.0)
    recorder.heard({"bo", "anna"})
    feed(recorder)
    for packet in camera(pictures(5)):
        octets = write_rtp(packet, packet.sequence, packet.timestamp, 2, BLOCK)
        recorder.take(("bo", Kind.VIDEO), octets, control=False)
    recorder.speaker("anna")
    recorder.stop()
    assert frames(folder / "anna-audio.webm") == 50
    assert frames(folder / "bo-video.webm") == 5
    told = notes(folder)
    assert [note["what"] for note in told] == ["started", "hears", "speaker", "ended"]
    assert told[1]["seats"] == ["anna", "bo"]


def test_the_wall_clock_of_a_sender_is_in_the_log(tmp_path: Path) -> None:
    folder = tmp_path / "recording"
    recorder = Recorder(folder, AT, lambda: 0.0)
    feed(recorder)
    ntp = (int(AT.timestamp()) + 2_208_988_800) << 32
    report = write_sender_report(SenderReport(1, ntp, 480, 1, 1))
    recorder.take(("anna", Kind.AUDIO), report, control=True)
    recorder.stop()
    (note,) = [note for note in notes(folder) if note["what"] == "ntp"]
    assert (note["file_ms"], note["wall_ms"]) == (10, int(AT.timestamp() * 1000))


def test_what_the_disk_is_too_slow_for_is_in_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free, folder = threading.Event(), tmp_path / "recording"

    class SlowFile:
        def __init__(self, file: BinaryIO) -> None:
            self._file = file

        def write(self, octets: bytes) -> int:
            free.wait()
            return self._file.write(octets)

        def __getattr__(self, name: str) -> object:
            return getattr(self._file, name)

    opened = recording._open
    monkeypatch.setattr(recording, "_open", lambda path: SlowFile(opened(path)))
    recorder = Recorder(folder, AT, lambda: 0.0)
    feed(recorder, count=QUEUE + 200)
    assert recorder.dropped >= 199
    free.set()
    recorder.stop()
    gaps = [note for note in notes(folder) if note["what"] == "gap"]
    assert sum(int(str(note["too_slow_for"])) for note in gaps) == recorder.dropped


def test_a_full_disk_ends_the_recording_and_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = recording._open

    def full_for_tracks(path: Path) -> BinaryIO:
        if path.suffix == ".webm":
            raise OSError(28, "No space left on device")
        return opened(path)

    monkeypatch.setattr(recording, "_open", full_for_tracks)
    recorder = Recorder(tmp_path / "recording", AT, lambda: 0.0)
    feed(recorder)
    recorder.stop()
    assert recorder.failure == "No space left on device"


def test_after_a_kill_the_file_plays_to_the_last_second(tmp_path: Path) -> None:
    folder = tmp_path / "recording"
    child = subprocess.Popen(  # noqa: S603  our own words
        [sys.executable, "-c", CRASH, str(folder)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"recorded\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    if child.stdin is not None:
        child.stdin.close()
    assert frames(folder / "anna-audio.webm") >= 500 - 52
