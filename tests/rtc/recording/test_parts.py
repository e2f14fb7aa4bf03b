"""A part whose process was killed or whose disk was full: found, closed, and played from anywhere."""

import io
from datetime import UTC, datetime
from pathlib import Path

import av
import pytest

from rtc.core.packets import Kind, write_rtp
from rtc.recording.parts import read_part
from rtc.recording.recorder import Recorder
from tests.rtc.recording.sources import HEIGHT, WIDTH, camera, microphone, pictures

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BLOCK = b"\xbe\xde\x00\x00"


def recorded(folder: Path, seconds: int = 4) -> None:
    """A voice, and a camera whose second half is larger, written and ended."""
    now = [0.0]
    recorder = Recorder(folder, AT, lambda: now[0])
    for number, packet in enumerate(microphone(50 * seconds)):
        now[0] = number / 50
        recorder.take(
            ("anna", Kind.AUDIO),
            write_rtp(packet, packet.sequence, packet.timestamp, 1, BLOCK),
            control=False,
        )
    half = 5 * seconds
    packets = list(camera(pictures(half) + pictures(half, times=2)))
    for number, packet in enumerate(packets):
        now[0] = number * seconds / len(packets)
        recorder.take(
            ("anna", Kind.VIDEO),
            write_rtp(packet, packet.sequence, packet.timestamp, 2, BLOCK),
            control=False,
        )
    recorder.stop()


def torn(folder: Path, cut: int) -> None:
    """As a kill leaves it: heads that know no end, the last cluster and the last line of the log cut off."""
    for path in folder.glob("*.webm"):
        whole = path.read_bytes()
        index = whole.rindex(b"\x1c\x53\xbb\x6b")
        unknown = b"\x01" + 7 * b"\xff"
        size_at = whole.index(b"\x18\x53\x80\x67") + 4
        path.write_bytes(whole[:size_at] + unknown + whole[size_at + 8 : index - cut])
    log = folder / "log.jsonl"
    log.write_bytes(log.read_bytes()[:-10])


def frames(path: Path, after_s: float = 0.0) -> int:
    with av.open(io.BytesIO(path.read_bytes()), "r") as container:
        if after_s:
            container.seek(int(after_s * 1_000_000))
        return sum(1 for _ in container.decode(container.streams[0]))


def test_a_part_that_was_ended_is_read_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "000"
    recorded(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    part = read_part(folder)
    assert (part.started_at, part.interrupted) == (AT, False)
    assert {(track.seat, track.kind) for track in part.tracks} == {("anna", Kind.AUDIO), ("anna", Kind.VIDEO)}
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("cut", [0, 1, 150])
def test_what_a_kill_cut_off_is_closed_and_plays_from_anywhere(tmp_path: Path, cut: int) -> None:
    folder = tmp_path / "000"
    recorded(folder)
    whole = {path.name: frames(path) for path in folder.glob("*.webm")}
    torn(folder, cut)
    part = read_part(folder)
    assert part.interrupted
    assert 2500 <= part.end_ms <= 4100
    for track in part.tracks:
        lost = 51 if track.kind is Kind.AUDIO else 21  # a cluster at most
        assert whole[track.path.name] - (lost if cut else 0) <= frames(track.path) <= whole[track.path.name]
        with av.open(str(track.path), "r") as container:
            assert container.duration
            assert container.duration >= 2_500_000
    voice = next(track.path for track in part.tracks if track.kind is Kind.AUDIO)
    assert 0 < frames(voice, after_s=2.0) <= 150
    picture = next(track.path for track in part.tracks if track.kind is Kind.VIDEO)
    with av.open(str(picture), "r") as container:
        assert container.streams.video[0].width in (WIDTH, 2 * WIDTH)
        assert container.streams.video[0].height in (HEIGHT, 2 * HEIGHT)


def test_closing_twice_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "000"
    recorded(folder)
    torn(folder, 150)
    first = read_part(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert read_part(folder) == first
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_file_of_which_nothing_was_written_whole_is_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "000"
    recorded(folder)
    (folder / "bo-audio.webm").write_bytes(b"")
    assert {track.seat for track in read_part(folder).tracks} == {"anna"}
