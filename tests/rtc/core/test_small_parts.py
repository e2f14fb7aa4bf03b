"""The parts a room is made of, each by itself."""

import pytest

from rtc.core.cache import PacketCache
from rtc.core.keyframes import INTERVAL_S, KeyframeRequests
from rtc.core.packets import parse_rtp
from rtc.core.routes import RouteMatrix
from rtc.core.signalling import Negotiation
from rtc.core.speakers import HOLD_S, Ear, loudest
from rtc.errors import AnswerRefused, StaleEpoch
from tests.rtc.core.streams import rtp

PACKET = parse_rtp(rtp(96, 1, 1, 1))


def test_a_ring_forgets_what_is_older_than_itself() -> None:
    cache = PacketCache(8)
    for number in range(12):
        cache.put(number, PACKET._replace(sequence=number))
    assert cache.get(3) is None
    kept = cache.get(4)
    assert kept is not None
    assert kept.sequence == 4


def test_a_ring_has_a_size_that_can_be_masked() -> None:
    with pytest.raises(ValueError, match="power of two"):
        PacketCache(500)


def test_a_key_frame_is_asked_for_once_an_interval_and_not_after_it_came() -> None:
    requests = KeyframeRequests()
    assert not requests.due(0.0)
    requests.want()
    assert requests.due(0.0)
    requests.want()
    assert not requests.due(INTERVAL_S / 2)
    assert requests.due(INTERVAL_S)
    requests.want()
    requests.arrived()
    assert not requests.due(9.0)


def test_a_matrix_names_nobody_as_its_own_listener() -> None:
    matrix = RouteMatrix()
    matrix.replace(1, {"anna": {"anna", "bo"}})
    assert matrix.senders_for("anna") == {"bo"}
    assert matrix.senders_for("bo") == frozenset()


def test_a_refused_matrix_changes_nothing() -> None:
    matrix = RouteMatrix()
    matrix.replace(4, {"anna": {"bo"}})
    with pytest.raises(StaleEpoch):
        matrix.replace(4, {})
    assert matrix.epoch == 4
    assert matrix.senders_for("anna") == {"bo"}


def test_one_offer_is_in_flight_and_the_next_follows_once() -> None:
    negotiation = Negotiation()
    assert negotiation.wish() == 1
    assert negotiation.wish() is None
    assert negotiation.wish() is None
    assert negotiation.answered(1)
    assert negotiation.wish() == 2
    assert not negotiation.answered(2)


@pytest.mark.parametrize("version", [0, 2, -1])
def test_an_answer_to_another_offer_is_refused(version: int) -> None:
    negotiation = Negotiation()
    negotiation.wish()
    with pytest.raises(AnswerRefused):
        negotiation.answered(version)


def test_an_answer_that_nobody_asked_for_is_refused() -> None:
    with pytest.raises(AnswerRefused):
        Negotiation().answered(0)


def speak(dbov: int, begin: float = 0.0) -> tuple[Ear, float]:
    ear = Ear()
    for number in range(25):
        ear.heard(dbov, begin + number * 0.02)
    return ear, begin + 0.5


def test_a_small_lead_does_not_take_the_word() -> None:
    (anna, now), (bo, _) = speak(30), speak(27)
    assert loudest({"anna": anna, "bo": bo}, "anna", now) == "anna"
    assert loudest({"anna": anna, "bo": bo}, None, now) == "bo"


def test_whoever_is_silent_long_enough_no_longer_speaks() -> None:
    anna, now = speak(30)
    assert loudest({"anna": anna}, None, now) == "anna"
    assert loudest({"anna": anna}, "anna", now + HOLD_S) is None


def test_a_quiet_room_has_no_speaker() -> None:
    anna, now = speak(70)
    assert loudest({"anna": anna}, None, now) is None


def test_a_microphone_that_says_little_because_it_is_silent_fades_at_once() -> None:
    anna, now = speak(20)
    bo, _ = speak(40)
    anna.heard(127, now + 0.4)
    assert anna.loudness < bo.loudness
    assert loudest({"anna": anna, "bo": bo}, "anna", now + 0.4) == "bo"
