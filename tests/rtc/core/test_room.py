"""A room forwards what its matrix allows, and nothing else."""

import struct
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtc.core import rtcp
from rtc.core.budget import Quality
from rtc.core.commands import (
    Negotiate,
    SendRtp,
    TellMuted,
    TellPictures,
    TellSlots,
    TellSpeaker,
)
from rtc.core.packets import TRANSPORT_SEQUENCE, VP8_REPAIR, Kind, Rtp, parse_rtp
from rtc.errors import StaleEpoch
from tests.rtc.core.scenes import ANSWER, Scene, packets
from tests.rtc.core.streams import INTERFRAME, MIDDLE
from tests.rtc.planes import PLANES, parts_of


@pytest.fixture(scope="module", params=PLANES, autouse=True)
def plane(request: pytest.FixtureRequest) -> None:
    """Every promise here is kept by both data planes."""
    Scene.make_parts = staticmethod(parts_of(request.param))


def test_a_room_without_routes_is_a_lobby() -> None:
    scene = Scene("anna", "bo")
    assert scene.send("anna", scene.cameras["anna"].key()) == []
    assert scene.send("anna", scene.microphones["anna"].packet()) == []


def test_a_key_frame_opens_a_picture_and_a_voice_opens_at_once() -> None:
    scene = Scene("anna", "bo", "cy")
    scene.all_hear_all()
    assert scene.send("anna", scene.cameras["anna"].packet()) == []
    assert [s.leg for s in scene.send("anna", scene.cameras["anna"].key())] == [2, 3]
    assert [s.leg for s in scene.send("anna", scene.microphones["anna"].packet())] == [2, 3]


def test_who_waits_for_a_picture_has_a_key_frame_asked_for() -> None:
    scene = Scene("anna", "bo")
    scene.all_hear_all()
    scene.send("anna", scene.cameras["anna"].packet())
    assert (1, rtcp.KeyframeWish(901)) in scene.wishes()


def test_key_frames_are_asked_for_at_most_every_interval() -> None:
    scene = Scene("anna", "bo")
    scene.all_hear_all()
    asked = 0
    for _ in range(50):  # one second
        scene.send("anna", scene.cameras["anna"].packet())
        asked += sum(isinstance(r, rtcp.KeyframeWish) for _, r in scene.wishes(0.01))
    assert 2 <= asked <= 4


def test_a_stale_matrix_is_refused() -> None:
    scene = Scene("anna", "bo")
    scene.negotiate(scene.room.set_routes(5, {"bo": {"anna"}}))
    for epoch in (4, 5):
        with pytest.raises(StaleEpoch):
            scene.room.set_routes(epoch, {"anna": {"bo"}})
    assert scene.send("bo", scene.microphones["bo"].packet()) == []


def test_a_muted_seat_is_silent_whatever_it_sends() -> None:
    scene = Scene("anna", "bo")
    scene.all_hear_all()
    scene.send("anna", scene.microphones["anna"].packet())
    assert scene.all_hear_all(muted={"anna"}) == [TellMuted(scene.legs["anna"], muted=True)]
    assert scene.send("anna", scene.microphones["anna"].packet()) == []
    assert len(scene.send("anna", scene.cameras["anna"].key())) == 1
    assert scene.all_hear_all() == [TellMuted(scene.legs["anna"], muted=False)]
    assert len(scene.send("anna", scene.microphones["anna"].packet())) == 1


def test_a_mute_outlives_the_connection() -> None:
    scene = Scene("anna", "bo")
    scene.all_hear_all(muted={"anna"})
    scene.room.leave(1)
    assert TellMuted(1, muted=True) in scene.enter("anna")
    assert scene.send("anna", scene.microphones["anna"].packet()) == []


def test_a_line_that_wants_no_pictures_gets_voices_alone_and_the_others_see_on() -> None:
    scene = Scene("anna", "bo", "cy")
    scene.all_hear_all()
    scene.room.withhold("bo", frozenset({Kind.VIDEO}))
    assert [send.leg for send in scene.send("anna", scene.cameras["anna"].key())] == [scene.legs["cy"]]
    assert len(scene.send("anna", scene.microphones["anna"].packet())) == 2
    scene.room.leave(scene.legs["bo"])
    scene.enter("bo")  # also when it comes back
    assert [send.leg for send in scene.send("anna", scene.cameras["anna"].key())] == [scene.legs["cy"]]
    scene.room.withhold("bo", frozenset())
    assert len(scene.send("anna", scene.cameras["anna"].key())) == 2


def test_nothing_of_before_a_move_is_sent_again_after_it() -> None:
    scene = Scene("anna", "bo")
    scene.all_hear_all()
    (first,) = packets(scene.send("anna", scene.cameras["anna"].key()))
    nack = rtcp.write_nack(first.ssrc, [first.sequence])
    assert len(scene.control("bo", nack)) == 1
    scene.room.set_routes(2, {})
    assert scene.control("bo", nack) == []
    scene.all_hear_all()
    assert scene.control("bo", nack) == []


def test_a_lost_packet_is_repaired_in_the_repair_stream() -> None:
    scene = Scene("anna", "bo")
    scene.all_hear_all()
    scene.send("anna", scene.cameras["anna"].key())
    (lost,) = packets(scene.send("anna", scene.cameras["anna"].packet(MIDDLE)))
    (repair,) = [
        parse_rtp(s.packet) for s in scene.control("bo", rtcp.write_nack(lost.ssrc, [lost.sequence]))
    ]
    assert repair.payload_type == VP8_REPAIR
    assert repair.ssrc != lost.ssrc
    assert repair.payload == struct.pack("!H", lost.sequence) + lost.payload


def test_what_does_not_arrive_is_asked_for_and_its_repair_passed_on() -> None:
    scene = Scene("anna", "bo")
    scene.all_hear_all()
    camera = scene.cameras["anna"]
    (first,) = packets(scene.send("anna", camera.key()))
    camera.packet()  # lost on the way
    lost, at = camera.sequence, camera.timestamp
    (third,) = packets(scene.send("anna", camera.packet()))
    assert (1, rtcp.Nack(901, (lost & 0xFFFF,))) in scene.wishes(0.05)
    (second,) = packets(scene.send("anna", camera.repair(lost, at, INTERFRAME, 902)))
    assert [p.sequence for p in (first, second, third)] == [(first.sequence + n) & 0xFFFF for n in range(3)]
    assert scene.send("anna", camera.repair(lost, at, INTERFRAME, 902)) == [], "a second copy"


def test_lost_sound_is_asked_for_and_repeated_to_who_asks() -> None:
    scene = Scene("anna", "bo")
    scene.all_hear_all()
    microphone = scene.microphones["anna"]
    scene.send("anna", microphone.packet())
    late, missing = microphone.packet(), microphone.sequence
    scene.send("anna", microphone.packet())
    assert (1, rtcp.Nack(801, (missing & 0xFFFF,))) in scene.wishes(0.05)
    (repaired,) = packets(scene.send("anna", late))
    (again,) = packets(
        s
        for s in scene.control("bo", rtcp.write_nack(repaired.ssrc, [repaired.sequence]))
        if isinstance(s, SendRtp)
    )
    assert again._replace(extensions={}) == repaired._replace(extensions={})


def test_a_listener_sees_one_unbroken_stream_through_moves_and_rejoins() -> None:
    scene = Scene("anna", "bo", "cy")
    seen: list[Rtp] = []
    for sender in ("anna", "cy", "anna"):
        scene.route({"bo": {sender}})
        scene.now += 1
        seen += packets(scene.send(sender, scene.cameras[sender].key()))
        seen += packets(scene.send(sender, scene.cameras[sender].packet()))
    assert len({p.ssrc for p in seen}) == 1
    assert [(b.sequence - a.sequence) & 0xFFFF for a, b in pairwise(seen)] == [1] * 5
    assert all((b.timestamp - a.timestamp) & 0xFFFFFFFF < 90_000 * 3 for a, b in pairwise(seen))


def test_slots_are_offered_when_needed_and_used_again() -> None:
    scene = Scene("anna", "bo")
    assert Negotiate(1) in scene.all_hear_all()
    scene.room.leave(2)
    commands = scene.enter("bo")
    assert TellSlots(1, {"2": "bo", "3": "bo"}) in commands
    assert Negotiate(1) not in commands


def congest(scene: Scene, seat: str, seconds: int, bits_per_s: int) -> None:
    """Everybody sends a second's pictures and sound, and the seat states what its line carries."""
    for _ in range(seconds):
        for _ in range(round(50 / len(scene.legs))):  # each packet takes a hundredth
            for other in scene.legs:
                scene.send(other, scene.cameras[other].packet(MIDDLE * 64))
                scene.send(other, scene.microphones[other].packet())
        for stated in (3_000_000, bits_per_s):
            scene.control(seat, rtcp.write_bandwidth_limit(stated, [1]))
        list(scene.room.budgets(scene.now))


def test_a_weak_line_keeps_the_sound_and_nobody_elses_picture_changes() -> None:
    scene = Scene("anna", "bo", "cy")
    scene.all_hear_all()
    for seat, camera in scene.cameras.items():
        scene.send(seat, camera.key())
    congest(scene, "bo", 4, 20_000)
    assert {s.leg for s in scene.send("anna", scene.cameras["anna"].packet())} == {3}
    assert {s.leg for s in scene.send("anna", scene.microphones["anna"].packet())} == {2, 3}


def test_stills_are_whole_key_frames_in_a_stream_without_a_hole() -> None:
    scene = Scene("anna", "bo")
    scene.all_hear_all()
    camera = scene.cameras["anna"]
    scene.send("anna", camera.key())
    congest(scene, "bo", 4, 205_000)
    assert Quality.STILLS in scene.room.legs[2].budget.qualities.values()
    assert (1, rtcp.KeyframeWish(901)) in scene.wishes()
    seen = []
    for _ in range(2):
        seen += packets(scene.send("anna", camera.key()))
        seen += packets(scene.send("anna", camera.packet(MIDDLE, frame=False)))
        assert scene.send("anna", camera.packet()) == []
    assert [(b.sequence - a.sequence) & 0xFFFF for a, b in pairwise(seen)] == [1] * 3


def test_sender_reports_reach_listeners_in_their_own_numbers() -> None:
    scene = Scene("anna", "bo")
    scene.all_hear_all()
    camera = scene.cameras["anna"]
    (out,) = packets(scene.send("anna", camera.key()))
    report = rtcp.SenderReport(901, 77 << 32, camera.timestamp, 1, 1)
    (send,) = scene.control("anna", rtcp.write_sender_report(report))
    (told,) = rtcp.parse_rtcp(send.packet)
    assert send.leg == 2
    assert told == rtcp.SenderReport(out.ssrc, 77 << 32, out.timestamp, 1, len(out.payload))


def test_the_round_trip_is_measured_from_the_listeners_report() -> None:
    scene = Scene("anna", "bo")
    scene.all_hear_all()
    (out,) = packets(scene.send("anna", scene.cameras["anna"].key()))
    scene.control("anna", rtcp.write_sender_report(rtcp.SenderReport(901, 0x5555666677778888, 1, 1, 1)))
    scene.now += 0.19
    block = rtcp.ReportBlock(out.ssrc, 64, 0, 1, 0, 0x66667777, 65536 // 10)
    scene.control("bo", rtcp.write_receiver_report([block]))
    health = next(h for h in scene.room.health(lambda _: 0.0) if h.seat == "bo")
    assert health.rtt_ms == pytest.approx(100, abs=1)
    assert health.loss_down == 0.25


def test_a_listener_is_told_who_speaks_among_those_it_hears() -> None:
    scene = Scene("anna", "bo", "cy")
    scene.route({"bo": {"anna"}, "anna": {"bo"}})
    for _ in range(20):
        scene.send("anna", scene.microphones["anna"].packet(dbov=20))
        scene.send("cy", scene.microphones["cy"].packet(dbov=10))
    told = {c.leg: c.seat for c in scene.room.speakers(scene.now) if isinstance(c, TellSpeaker)}
    assert told == {2: "anna"}
    scene.now += 2
    assert TellSpeaker(2, None) in list(scene.room.speakers(scene.now))


def test_transport_wide_feedback_is_given_to_who_negotiated_it() -> None:
    scene = Scene("anna", "bo")
    scene.send("anna", scene.cameras["anna"].key())
    (send,) = scene.room.arrivals()
    assert isinstance(send, tuple)
    assert (send.leg, send.packet[9], send.packet[8] & 31) == (
        1,
        rtcp.TRANSPORT_FEEDBACK,
        rtcp.TRANSPORT_WIDE,
    )
    assert TRANSPORT_SEQUENCE == 4


def test_a_screen_is_one_more_track_that_needs_to_be_named_as_shared() -> None:
    scene = Scene("anna", "bo", "cy")
    scene.all_hear_all()
    scene.send("anna", scene.cameras["anna"].key())
    assert scene.send("anna", scene.screens["anna"].key()) == []
    commands = scene.all_hear_all("anna")
    assert {c.leg for c in commands if isinstance(c, Negotiate)} == {1, 2, 3}
    assert scene.room.slots(scene.room.legs[2])["sd"] == "anna"
    assert (1, rtcp.KeyframeWish(701)) in scene.wishes()
    screens = {s.leg: parse_rtp(s.packet) for s in scene.send("anna", scene.screens["anna"].key())}
    cameras = {s.leg: parse_rtp(s.packet) for s in scene.send("anna", scene.cameras["anna"].packet())}
    assert screens.keys() == cameras.keys() == {2, 3}
    assert screens[2].ssrc != cameras[2].ssrc
    assert scene.send("bo", scene.screens["bo"].key()) == []
    scene.all_hear_all()
    assert scene.send("anna", scene.screens["anna"].key()) == []
    assert len(scene.send("anna", scene.cameras["anna"].packet())) == 2


def test_the_next_screen_uses_the_sections_of_the_one_before() -> None:
    scene = Scene("anna", "bo", "cy")
    scene.all_hear_all("anna")
    scene.send("anna", scene.screens["anna"].key())
    first = scene.all_hear_all("bo")
    assert {c.leg for c in first if isinstance(c, Negotiate)} == {1, 2}, (
        "anna sees for the first time, bo shares"
    )
    assert scene.room.slots(scene.room.legs[3])["sd"] == "bo"
    assert {s.leg for s in scene.send("bo", scene.screens["bo"].key())} == {1, 3}
    again = scene.all_hear_all("anna")
    assert not [c for c in again if isinstance(c, Negotiate)]
    assert {s.leg for s in scene.send("anna", scene.screens["anna"].key())} == {2, 3}


def test_sections_of_an_offer_keep_their_places_when_others_are_added() -> None:
    scene = Scene("anna", "bo", "cy")
    scene.route({"bo": {"anna"}}, ["anna"])
    before = [line.mid for line in scene.room.offer(2)]
    scene.all_hear_all("bo")
    assert before == ["2", "3", "sd"]
    assert [line.mid for line in scene.room.offer(2)] == ["2", "3", "sd", "4", "5", "su"]


def test_a_lost_packet_of_a_screen_is_repaired_both_ways() -> None:
    scene = Scene("anna", "bo")
    scene.all_hear_all("anna")
    screen = scene.screens["anna"]
    scene.send("anna", scene.cameras["anna"].key())
    (first,) = packets(scene.send("anna", screen.key()))
    screen.packet()  # lost on the way
    lost, at = screen.sequence, screen.timestamp
    scene.send("anna", screen.packet())
    assert (1, rtcp.Nack(701, (lost & 0xFFFF,))) in scene.wishes(0.05)
    (second,) = packets(scene.send("anna", screen.repair(lost, at, INTERFRAME, 702)))
    assert (second.ssrc, second.sequence) == (first.ssrc, (first.sequence + 1) & 0xFFFF)
    repaired = scene.control("bo", rtcp.write_nack(first.ssrc, [second.sequence]))
    assert [parse_rtp(s.packet).payload[2:] for s in repaired] == [second.payload]


def test_a_recorder_sees_a_screen_while_it_is_shared_by_somebody_recorded() -> None:
    scene = Scene("anna", "bo")
    scene.room.record(99)
    for epoch, (recorded, screens, seen) in enumerate(
        [({"anna"}, {"anna"}, True), ({"bo"}, {"anna"}, False), ({"anna"}, set[str](), False)], 1
    ):
        scene.room.set_routes(epoch, {}, recorded, screens)
        assert (99 in {send.leg for send in scene.send("anna", scene.screens["anna"].key())}) is seen


def test_a_narrow_line_gives_up_faces_before_the_screen() -> None:
    scene = Scene("anna", "bo", "cy")
    scene.all_hear_all("anna")
    for seat, camera in scene.cameras.items():
        scene.send(seat, camera.key())
    scene.send("anna", scene.screens["anna"].key())
    told: list[TellPictures] = []
    for _ in range(4):
        for _ in range(12):
            scene.send("anna", scene.screens["anna"].packet(MIDDLE * 32))
            for seat in ("anna", "cy"):
                scene.send(seat, scene.cameras[seat].packet(MIDDLE * 64))
                scene.send(seat, scene.microphones[seat].packet(20))
        list(scene.room.speakers(scene.now))
        scene.now += 1 - (scene.now % 1)
        for stated in (3_000_000, 150_000):
            scene.control("bo", rtcp.write_bandwidth_limit(stated, [1]))
        told += [c for c in scene.room.budgets(scene.now) if isinstance(c, TellPictures)]
    qualities = dict(told[-1].qualities)
    assert qualities.pop("sd") == "full"
    assert set(qualities.values()) == {"sound"}


SEATS = ("anna", "bo", "cy", "di")
SEAT = st.sampled_from(SEATS)
ACT = st.one_of(
    st.tuples(
        st.just("routes"),
        st.dictionaries(SEAT, st.frozensets(SEAT)),
        st.frozensets(SEAT),
        st.frozensets(SEAT),
    ),
    st.tuples(st.just("enter"), SEAT),
    st.tuples(st.just("leave"), SEAT),
    st.tuples(st.just("withhold"), SEAT, st.frozensets(st.sampled_from(Kind))),
    st.tuples(st.sampled_from(Kind), SEAT),
    st.tuples(st.just("nack"), SEAT),
)


class Model:
    """Who is there, and what was ordered."""

    def __init__(self) -> None:
        self.present = set(SEATS)
        self.routes: Mapping[str, frozenset[str]] = {}
        self.screens: frozenset[str] = frozenset()
        self.muted: frozenset[str] = frozenset()
        self.withheld = dict.fromkeys(SEATS, frozenset[Kind]())

    def senders(self, receiver: str, kind: Kind) -> set[str]:
        """Whose stream of that kind the receiver gets: of screens one, which must be named as shared."""
        found = set(self.routes.get(receiver, ())) & self.present - {receiver}
        if kind is Kind.SCREEN:
            found = set(sorted(found & self.screens)[:1])
        if kind is Kind.AUDIO:
            found -= self.muted
        return set() if kind in self.withheld[receiver] else found


@settings(max_examples=300, deadline=None)
@given(acts=st.lists(ACT, max_size=80))
def test_nothing_is_forwarded_outside_the_matrix(acts: list[tuple[object, ...]]) -> None:
    """Random joins, leaves, moves, mutes, packets and requests for repeats, against a plain model."""
    scene = Scene(*SEATS)
    model = Model()
    present, senders = model.present, model.senders
    seat_of = {number: seat for seat, number in scene.legs.items()}
    received: dict[str, list[tuple[str, Kind, Rtp]]] = {seat: [] for seat in SEATS}
    for act in acts:
        match act:
            case ("routes", dict() as wanted, frozenset() as shared, frozenset() as muted):
                model.routes, model.screens, model.muted = wanted, shared, muted
                scene.route(wanted, shared, muted)
            case ("enter", str() as seat) if seat not in present:
                scene.enter(seat)
                present.add(seat)
            case ("leave", str() as seat) if seat in present:
                scene.room.leave(scene.legs[seat])
                present.discard(seat)
                received[seat].clear()
            case ("withhold", str() as seat, frozenset() as kinds):
                model.withheld[seat] = kinds
                scene.room.withhold(seat, kinds)
            case (Kind() as kind, str() as seat) if seat in present:
                sends = scene.send(seat, scene.packet(kind, seat))
                assert {seat_of[s.leg] for s in sends} == {r for r in present if seat in senders(r, kind)}
                for send in sends:
                    received[seat_of[send.leg]].append((seat, kind, parse_rtp(send.packet)))
            case ("nack", str() as seat) if seat in present and received[seat]:
                sender, kind, last = received[seat][-1]
                for again in scene.control(seat, rtcp.write_nack(last.ssrc, [last.sequence])):
                    repaired = parse_rtp(again.packet).payload[0 if kind is Kind.AUDIO else 2 :]
                    assert (again.leg, repaired) == (scene.legs[seat], last.payload)
                    assert sender in senders(seat, kind)


def test_who_takes_no_pictures_is_sent_voices_alone() -> None:
    """As Safari before 12.1, which has no VP8: it refuses those sections, in their order."""
    scene = Scene("anna", "bo")
    scene.room.set_routes(1, {"bo": {"anna"}})
    scene.room.offer(2)
    scene.room.settle(2, replace(ANSWER, rejected=frozenset({1, 3})))
    assert scene.send("anna", scene.cameras["anna"].key()) == []
    assert [s.leg for s in scene.send("anna", scene.microphones["anna"].packet())] == [2]


def test_nothing_is_sent_to_a_slot_before_its_peer_agreed() -> None:
    scene = Scene("anna", "bo")
    scene.room.set_routes(1, {"bo": {"anna"}})
    assert scene.send("anna", scene.cameras["anna"].key()) == []
    scene.room.offer(2)
    scene.room.settle(2, ANSWER)
    assert (1, rtcp.KeyframeWish(901)) in scene.wishes()
    assert [s.leg for s in scene.send("anna", scene.cameras["anna"].key())] == [2]
