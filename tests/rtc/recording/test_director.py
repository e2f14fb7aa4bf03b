"""Whom the picture follows: the log alone decides."""

import itertools
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from rtc.recording.director import MIN_SHOT_MS, TAKES_WORD_MS, Director, shifts, spans_heard


def says(*words: tuple[int, str | None]) -> list[dict[str, object]]:
    return [{"ms": ms, "what": "speaker", "seat": seat} for ms, seat in words]


def shown(director: Director, until_ms: int) -> Iterator[tuple[int, str | None]]:
    for at_ms in range(0, until_ms, 100):
        yield at_ms, director.look(at_ms)


def cuts(director: Director, until_ms: int) -> list[tuple[int, str | None]]:
    found: list[tuple[int, str | None]] = []
    for at_ms, seat in shown(director, until_ms):
        if not found or found[-1][1] != seat:
            found.append((at_ms, seat))
    return found


def test_the_picture_follows_the_word() -> None:
    director = Director(says((0, "anna"), (5000, "bo")), ("anna", "bo"))
    assert cuts(director, 9000) == [(0, "anna"), (5000 + TAKES_WORD_MS, "bo")]


def test_a_yes_in_between_changes_nothing() -> None:
    director = Director(says((0, "anna"), (5000, "bo"), (5300, "anna")), ("anna", "bo"))
    assert cuts(director, 9000) == [(0, "anna")]


def test_silence_keeps_the_last_speaker() -> None:
    director = Director(says((0, "bo"), (3000, None)), ("anna", "bo"))
    assert cuts(director, 60_000)[-1][1] == "bo"


@given(st.lists(st.tuples(st.integers(0, 20_000), st.sampled_from(["anna", "bo", "mo", None])), max_size=40))
def test_no_shot_is_shorter_than_two_seconds(words: list[tuple[int, str | None]]) -> None:
    found = cuts(Director(says(*sorted(words, key=lambda one: one[0])), ("anna", "bo", "mo")), 25_000)
    times = [at_ms for at_ms, _ in found][1:]
    assert all(b - a >= MIN_SHOT_MS for a, b in itertools.pairwise(times))


def test_only_what_was_heard_is_in_the_file() -> None:
    notes = [
        {"ms": 0, "what": "hears", "seats": []},
        {"ms": 1000, "what": "hears", "seats": ["anna"]},
        {"ms": 2000, "what": "hears", "seats": ["anna", "bo"]},
        {"ms": 5000, "what": "hears", "seats": []},  # a talk apart
        {"ms": 9000, "what": "hears", "seats": ["anna"]},
    ]
    assert spans_heard(notes, 12_000) == [(1000, 5000), (9000, 12_000)]


def test_lips_and_voice_are_brought_together_by_the_clocks_of_the_sender() -> None:
    notes = [
        {"what": "ntp", "seat": "anna", "kind": "audio", "file_ms": 100, "wall_ms": 5100},
        {"what": "ntp", "seat": "anna", "kind": "video", "file_ms": 180, "wall_ms": 5100},
        {"what": "ntp", "seat": "bo", "kind": "audio", "file_ms": 0, "wall_ms": 5000},
        {
            "what": "ntp",
            "seat": "bo",
            "kind": "video",
            "file_ms": 0,
            "wall_ms": 95_000,
        },  # a clock that is wrong
    ]
    assert shifts(notes) == {"anna": 80}
