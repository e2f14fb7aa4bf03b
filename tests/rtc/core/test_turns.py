"""Every room has its turn in every tick, and few have it at once."""

from collections import Counter

import pytest

from rtc.core.turns import AT_ONCE, MAX_PARTS, Turns


@pytest.mark.parametrize("count", [0, 1, 7, 8, 20, 79, 200])
def test_in_a_tick_each_room_is_looked_after_once_with_a_count_one_higher(count: int) -> None:
    turns, before = Turns(), dict[int, int]()
    for _ in range(30):
        seen = dict[int, int]()
        while len(seen) < count or not seen:
            for turn, room in turns.next(range(count)):
                assert room not in seen
                seen[room] = turn
            if not count:
                break
        assert not before or seen == {room: turn + 1 for room, turn in before.items()}
        before = seen


@pytest.mark.parametrize("count", [20, 79])
def test_what_is_due_every_fifth_tick_is_never_due_for_many_at_once(count: int) -> None:
    turns, due = Turns(), Counter[tuple[int, int]]()
    for part in range(10 * MAX_PARTS):
        for turn, _ in turns.next(range(count)):
            due[turn % 5, part] += 1
    assert max(due.values()) <= 1 + AT_ONCE // 5


def test_a_tick_begins_once() -> None:
    turns, begun = Turns(), 0
    for _ in range(30):
        turns.next(range(20))
        begun += turns.begins
    assert (turns.parts, begun, turns.ticks) == (3, 10, 10)
