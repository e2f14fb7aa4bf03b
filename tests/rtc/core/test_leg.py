"""One person's weak line: what is sent over it fits it, and sound comes through first."""

import struct
from collections.abc import Sequence
from dataclasses import replace

import pytest

from rtc.core import rtcp
from rtc.core.bandwidth import ArrivalLog
from rtc.core.budget import Quality
from rtc.core.commands import SendRtp
from rtc.core.packets import AUDIO_LEVEL, MID, OPUS, OPUS_RED, TRANSPORT_SEQUENCE, VP8_REPAIR, parse_rtp
from rtc.core.red import Block, pack, unpack
from tests.rtc.core.scenes import ANSWER, Scene, packets
from tests.rtc.core.streams import MIDDLE, rtp
from tests.rtc.planes import PLANES, parts_of

MODERN = replace(ANSWER, counts_arrivals=True, redundancy=True, voice_repair=True)


@pytest.fixture(scope="module", params=PLANES, autouse=True)
def plane(request: pytest.FixtureRequest) -> None:
    """Every promise here is kept by both data planes."""
    Scene.make_parts = staticmethod(parts_of(request.param))


class Hop:
    """Bo's way down: a width, a share of loss; bo answers as a browser of today."""

    def __init__(self, *seats: str) -> None:
        self.scene = Scene(*seats)
        self.scene.all_hear_all()
        self.scene.room.settle(self.scene.legs["bo"], MODERN)
        for seat, camera in self.scene.cameras.items():
            self.scene.send(seat, camera.key())
        self.arrivals = ArrivalLog()
        self.free = self.scene.now
        self.sent = 0
        self.heard: list[tuple[float, bytes]] = []

    def carry(self, sends: Sequence[SendRtp], bits_per_s: float, lose_every: int = 0) -> None:
        now = self.scene.now
        for send in sends:
            if send.leg != self.scene.legs["bo"]:
                continue
            self.sent += 1
            starts = max(now, self.free)
            if starts - now > 0.3 or (lose_every and self.sent % lose_every == 0):
                continue
            self.free = starts + 8 * (len(send.packet) + 44) / bits_per_s
            number = int.from_bytes(parse_rtp(send.packet).extensions[TRANSPORT_SEQUENCE], "big")
            self.arrivals.arrived(number, self.free)
            self.heard.append((self.free, send.packet))

    def live(self, seconds: int, bits_per_s: float, lose_every: int = 0) -> None:
        """Others speak and move before their cameras; bo reports what comes ten times a second."""
        scene, others = self.scene, [seat for seat in self.scene.legs if seat != "bo"]
        for tick in range(50 * seconds):
            scene.now = round(scene.now + 0.02, 6)
            for seat in others:
                leg = scene.legs[seat]
                film = scene.cameras[seat].packet(MIDDLE * 30)
                for data in (scene.microphones[seat].packet(), film):
                    self.carry(scene.room.take_rtp(leg, data, scene.now), bits_per_s, lose_every)
            feedback = self.arrivals.feedback(1) if tick % 5 == 4 else None
            if feedback:
                scene.room.take_rtcp(scene.legs["bo"], rtcp.write_receiver_report() + feedback, scene.now)
            if tick % 50 == 49:
                list(scene.room.budgets(scene.now))
                probes = [send for send in scene.room.probes(scene.now) if isinstance(send, SendRtp)]
                self.carry(probes, bits_per_s, lose_every)

    def quality(self, seat: str = "bo") -> set[Quality]:
        return set(self.scene.room.legs[self.scene.legs[seat]].budget.qualities.values())


def test_a_line_that_is_too_narrow_for_pictures_carries_the_sound_alone_and_stays_so() -> None:
    hop = Hop("anna", "bo")
    hop.live(3, 64_000)
    assert hop.quality() == {Quality.SOUND}
    hop.heard.clear()
    hop.live(20, 64_000)
    assert hop.quality() == {Quality.SOUND}
    sound = [data for _, data in hop.heard if parse_rtp(data).payload_type == OPUS]
    assert len(sound) >= 20 * 50 - 30, "and hardly a frame of it is lost to what is tried"


def test_a_line_that_widens_is_found_wide_by_a_burst_and_filled_again() -> None:
    hop = Hop("anna", "bo")
    hop.live(4, 64_000)
    hop.live(25, 3_000_000)
    assert hop.quality() == {Quality.FULL}
    assert any(parse_rtp(data).payload_type == VP8_REPAIR for _, data in hop.heard)


@pytest.mark.parametrize("broken_s", [1, 2, 3])
def test_what_is_lost_while_an_address_changes_costs_no_picture(broken_s: int) -> None:
    hop = Hop("anna", "bo", "cy")
    hop.live(5, 3_000_000)
    hop.live(broken_s, 3_000_000, lose_every=1)
    hop.scene.room.moved(hop.scene.legs["bo"], hop.scene.now)
    for _ in range(6):
        hop.live(1, 3_000_000)
        assert hop.quality() == {Quality.FULL}


def test_another_address_is_another_line_in_which_pictures_are_tried_at_once() -> None:
    hop = Hop("anna", "bo")
    hop.live(4, 64_000)
    assert hop.quality() == {Quality.SOUND}
    hop.scene.room.moved(hop.scene.legs["bo"], hop.scene.now)
    hop.live(6, 3_000_000)
    assert hop.quality() == {Quality.FULL}


def test_a_weak_line_changes_nobody_elses_picture() -> None:
    hop = Hop("anna", "bo", "cy")
    hop.live(4, 64_000)
    assert hop.quality() == {Quality.SOUND}
    assert hop.quality("cy") == hop.quality("anna") == {Quality.FULL}


def test_a_line_that_loses_has_its_sound_sent_twice_and_one_that_does_not_has_not() -> None:
    hop = Hop("anna", "bo", "cy")
    hop.live(2, 5_000_000)
    assert {parse_rtp(data).payload_type for _, data in hop.heard} & {OPUS_RED} == set()
    hop.live(4, 5_000_000, lose_every=12)
    voice = parse_rtp(next(data for _, data in hop.heard[::-1] if parse_rtp(data).payload_type == OPUS_RED))
    unpacked = unpack(voice.payload)
    assert unpacked is not None
    assert [block.offset for block in unpacked[1]] == [960]
    assert OPUS_RED not in {
        p.payload_type
        for p in packets(
            send for send in hop.scene.send("anna", hop.scene.microphones["anna"].packet()) if send.leg == 3
        )
    }


def test_sound_is_not_sent_twice_over_a_line_it_hardly_fits() -> None:
    hop = Hop("anna", "bo")
    hop.live(4, 64_000)
    hop.heard.clear()
    hop.live(4, 64_000, lose_every=12)
    assert OPUS_RED not in {parse_rtp(data).payload_type for _, data in hop.heard}


def test_a_frame_said_before_a_listener_was_let_in_is_never_repeated_to_it() -> None:
    hop = Hop("anna", "bo")
    hop.live(4, 5_000_000, lose_every=12)
    scene, number = hop.scene, 100

    def say(frame: bytes, *before: bytes) -> list[bytes]:
        nonlocal number
        number += 1
        blocks = [Block(960 * back, said) for back, said in enumerate(reversed(before), 1)][::-1]
        data = rtp(
            OPUS_RED, number, 960 * number, 888, pack(frame, blocks), {MID: b"0", AUDIO_LEVEL: b"\x1e"}
        )
        return [p.payload for p in packets(scene.send("anna", data))]

    say(b"open")
    (both,) = say(b"open too", b"open")
    assert b"open" in both.removesuffix(b"open too")
    scene.all_hear_all(muted={"anna"})
    assert say(b"secret") == []
    scene.all_hear_all()
    number += 1  # a packet of the secret is lost and comes only with the next
    assert say(b"open again", b"secret", b"secret too") == [b"open again"]
    (after,) = say(b"and on", b"secret too", b"open again")
    assert b"secret" not in after
    assert b"open again" in after


def test_a_late_packet_of_sound_opens_nothing() -> None:
    scene = Scene("anna", "bo")
    scene.all_hear_all()
    microphone = scene.microphones["anna"]
    scene.send("anna", microphone.packet())
    scene.all_hear_all(muted={"anna"})
    secret = microphone.packet()
    scene.send("anna", microphone.packet())
    scene.all_hear_all()
    assert scene.send("anna", secret) == []
    assert len(scene.send("anna", microphone.packet())) == 1
    assert scene.send("anna", secret) == []


@pytest.mark.parametrize("numbered", [True, False])
def test_what_is_sent_again_under_its_number_is_the_same_octets(numbered: bool) -> None:
    """Another plaintext under a nonce that was used would give the key of AES-GCM's tag away."""
    hop = Hop("anna", "bo")
    scene = hop.scene
    if not numbered:
        scene.room.settle(2, replace(MODERN, counts_arrivals=False, repair=False))
    else:
        hop.live(4, 5_000_000, lose_every=12)
    sends = scene.send("anna", scene.microphones["anna"].packet())
    if not numbered:
        sends += scene.send("anna", scene.cameras["anna"].key())
    for (send,) in ([send] for send in sends):
        packet = parse_rtp(send.packet)
        assert packet.payload_type == OPUS_RED or not numbered
        scene.now += 0.3
        again = scene.control("bo", rtcp.write_nack(packet.ssrc, [packet.sequence]))
        assert [s.packet for s in again if isinstance(s, SendRtp)] == [send.packet]


def test_every_packet_to_who_counts_arrivals_has_the_next_number() -> None:
    hop = Hop("anna", "bo", "cy")
    hop.live(1, 5_000_000)
    numbers = [
        struct.unpack("!H", parse_rtp(data).extensions[TRANSPORT_SEQUENCE])[0] for _, data in hop.heard
    ]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_nothing_is_repeated_into_a_full_line_nor_while_the_last_repeat_is_under_way() -> None:
    hop = Hop("anna", "bo")
    scene = hop.scene
    hop.live(1, 5_000_000)
    (sent,) = packets(s for s in scene.send("anna", scene.microphones["anna"].packet()) if s.leg == 2)
    nack = rtcp.write_nack(sent.ssrc, [sent.sequence])

    def repeats() -> int:
        return sum(isinstance(send, SendRtp) for send in scene.control("bo", nack))

    assert [repeats(), repeats()] == [1, 0]
    scene.now += 0.05
    assert repeats() == 1
    hop.live(2, 64_000)
    assert scene.room.legs[2].line.full
    scene.now += 0.05
    assert repeats() == 0


def test_feedback_to_who_is_on_a_narrow_line_is_kept_scarce() -> None:
    hop = Hop("anna", "bo")
    hop.live(1, 5_000_000)

    def feedback() -> int:
        count = 0
        for _ in range(12):
            hop.scene.send("bo", hop.scene.cameras["bo"].packet())
            count += sum(send.leg == 2 for send in hop.scene.room.arrivals() if isinstance(send, tuple))
        return count

    assert feedback() == 12
    hop.live(3, 64_000)
    assert feedback() == 4


@pytest.mark.parametrize("repeats", [True, False])
def test_who_repeats_sound_is_asked_for_it_and_who_does_not_is_left_alone(repeats: bool) -> None:
    """Chromium repeats sound without saying so in its answer."""
    scene = Scene("anna", "bo")
    scene.all_hear_all()
    microphone, asked = scene.microphones["anna"], 0
    scene.send("anna", microphone.packet())
    for _ in range(60):
        lost = microphone.packet()
        scene.send("anna", microphone.packet())
        wishes = scene.wishes(0.05)
        asked += len([r for _, r in wishes if isinstance(r, rtcp.Nack)])
        if repeats:
            scene.send("anna", lost)
    assert asked == 60 if repeats else 3 < asked <= 30
