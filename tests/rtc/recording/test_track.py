"""A recorded stream: in order, whole, and playable wherever it ends."""

import io
from datetime import UTC, datetime
from itertools import pairwise
from random import Random

import av
from hypothesis import given, settings
from hypothesis import strategies as st

from rtc.core.packets import Kind, Rtp
from rtc.recording.frames import MAX_HELD, PATIENCE_S, Ordered, Reorder, Vp8Frames
from rtc.recording.track import RecordedTrack
from tests.rtc.recording.sources import HEIGHT, RATE, WIDTH, camera, microphone, pictures

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def play(octets: bytes) -> list[float]:
    """The times of what a player decodes, in seconds."""
    with av.open(io.BytesIO(octets), "r") as container:
        return [
            float(frame.time or 0)
            for frame in container.decode(container.streams[0])
            if isinstance(frame, av.VideoFrame | av.AudioFrame)
        ]


def record(track: RecordedTrack, packets: list[Rtp], step_s: float) -> bytes:
    return b"".join(track.put(packet, number * step_s) for number, packet in enumerate(packets))


def whole(track: RecordedTrack, octets: bytes) -> bytes:
    last, patches = track.end()
    file = bytearray(octets + last)
    for patch in patches:
        file[patch.at : patch.at + len(patch.octets)] = patch.octets
    return bytes(file)


def test_a_camera_plays_with_its_size_its_times_and_its_length() -> None:
    packets = list(camera(pictures(25)))
    track = RecordedTrack(Kind.VIDEO, "seat", AT)
    file = whole(track, record(track, packets, 25 / RATE / len(packets)))
    times = play(file)
    assert len(times) == 25
    assert [round(b - a, 2) for a, b in pairwise(times)] == [1 / RATE] * 24
    with av.open(io.BytesIO(file), "r") as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (WIDTH, HEIGHT)
        assert container.duration == round(times[-1] * 1_000_000)
        assert container.metadata["creation_time"].startswith("2026-03-02T09:00:00")


def test_a_camera_whose_larger_layer_comes_later_has_the_larger_size() -> None:
    packets = list(camera(pictures(5) + pictures(5, times=2)))
    track = RecordedTrack(Kind.VIDEO, "seat", AT)
    file = whole(track, record(track, packets, 10 / RATE / len(packets)))
    assert len(play(file)) == 10
    with av.open(io.BytesIO(file), "r") as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (2 * WIDTH, 2 * HEIGHT)


def test_a_voice_plays_twenty_milliseconds_a_packet() -> None:
    track = RecordedTrack(Kind.AUDIO, "seat", AT)
    times = play(whole(track, record(track, list(microphone(150)), 0.02)))
    assert len(times) == 150
    assert round(times[-1] - times[0], 2) == 2.98


def test_what_was_written_before_a_crash_plays_to_the_last_second() -> None:
    track = RecordedTrack(Kind.AUDIO, "seat", AT)
    written = record(track, list(microphone(250)), 0.02)
    assert play(written)[-1] >= 4.98 - 1.1


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 3000))
def test_a_file_cut_off_anywhere_plays_up_to_there(cut: int) -> None:
    track = RecordedTrack(Kind.AUDIO, "seat", AT)
    written = record(track, list(microphone(250)), 0.02)
    clusters = written.count(b"\x1f\x43\xb6\x75")
    assert clusters >= 3
    cut_off = written[: -min(cut, len(written) - 600)]
    whole_ones = cut_off.count(b"\x1f\x43\xb6\x75") - 1
    assert len(play(cut_off)) >= whole_ones * 49


@given(st.integers(0, 0xFFFF), st.integers(1, 200), st.randoms(use_true_random=False))
def test_packets_come_out_once_and_in_order_however_they_came_in(first: int, count: int, rng: Random) -> None:
    packets = [Rtp(111, False, (first + n) & 0xFFFF, n, 1, {}, b"x") for n in range(count)]
    come = sorted([*packets, *rng.sample(packets, count // 3)], key=lambda p: p.timestamp + rng.random() * 20)
    come.remove(packets[0])
    reorder, out = Reorder(), list[Ordered]()
    for packet in [packets[0], *come]:
        out += reorder.put(packet, 0.0)
    assert [ordered.packet for ordered in out] == packets
    assert not any(ordered.lost for ordered in out)


def test_a_packet_that_never_comes_is_waited_for_and_then_counted() -> None:
    one, _, *rest = microphone(10)
    reorder = Reorder()
    assert [o.packet for p in (one, *rest) for o in reorder.put(p, 0.0)] == [one]
    assert list(reorder.due(PATIENCE_S - 0.01)) == []
    after = list(reorder.due(PATIENCE_S))
    assert [o.packet for o in after] == rest
    assert [o.lost for o in after] == [1, *[0] * 7]


def test_no_more_packets_wait_than_there_is_room_for() -> None:
    one, _, *rest = microphone(MAX_HELD + 10)
    reorder = Reorder()
    out = [o for p in (one, *rest) for o in reorder.put(p, 0.0)]
    assert out[-1].packet == rest[-1]


def test_after_a_loss_no_picture_is_kept_until_the_next_key_frame() -> None:
    frames, again = pictures(6), pictures(2)
    packets = [*camera(frames)]
    second = next(n for n, p in enumerate(packets) if p.timestamp != packets[0].timestamp)
    more = list(camera(again, packets[-1].sequence + 1, packets[-1].timestamp + 9000))
    reader, reorder, kept = Vp8Frames(), Reorder(), []
    for number, packet in enumerate([*packets[:second], *packets[second + 1 :], *more]):
        for ordered in reorder.put(packet, float(number)):
            kept += [frame.octets for frame in (reader.put(ordered),) if frame]
    assert kept == [frames[0], *again]


def test_pictures_go_on_in_one_file_when_the_clock_of_a_camera_is_set_anew() -> None:
    first, second = pictures(10), pictures(10)
    packets = [*camera(first), *camera(second, timestamp=5)]
    for number, packet in enumerate(packets):
        packets[number] = packet._replace(sequence=number)
    track = RecordedTrack(Kind.VIDEO, "seat", AT)
    times = play(whole(track, record(track, packets, 20 / RATE / len(packets))))
    assert len(times) == 20
    assert times == sorted(times)
    assert times[-1] < 3
