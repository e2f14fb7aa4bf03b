"""A living face that does what it is asked passes; prints, stills, replays and other people do not."""

import random
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from filing.challenges import (
    SEQUENCES,
    SOFT,
    TURNS,
    Action,
    Challenge,
    challenge_of,
    from_plain,
    new_challenge,
    plain,
)
from filing.faces import Likeness, Thresholds
from filing.liveness import Limits, Reason, Verdict, judge
from odr.demo.puppet import lit_by
from tests.support.attacks import SPECIES, borrowed_light, lent, two_faces
from tests.support.faces import Frames, jpeg, needs_faces, performed, photo, portrait, puppet, shown, times

LEFT_AND_BLINK = (Action.TURN_LEFT, Action.BLINK)
PAIRS = (
    LEFT_AND_BLINK,
    (Action.OPEN_MOUTH, Action.TURN_RIGHT),
    (Action.NOD, Action.TURN_LEFT),
)


def challenge(*actions: Action) -> Challenge:
    return challenge_of(actions, random.Random(7))


@cache
def acted(subject: str, number: int, *actions: Action) -> Frames:
    return performed(puppet(subject, number), challenge(*actions))


@cache
def print_in_the_light() -> Frames:
    """Somebody else, who stands still in the light that was asked."""
    return performed(puppet("s7", 3), challenge(*LEFT_AND_BLINK), beats=())


@cache
def at_another_hour() -> Frames:
    """The right deeds at the right times, in other colours."""
    asked = challenge(*LEFT_AND_BLINK)
    earlier = next(one for one in map(drawn_again, range(99)) if one.lights != asked.lights)
    return performed(puppet("s10", 8), asked, light_at=lit_by(earlier))


@needs_faces
@pytest.mark.parametrize("actions", PAIRS, ids="+".join)
def test_somebody_who_does_what_is_asked_passes(actions: tuple[Action, Action]) -> None:
    asked = challenge(*actions)
    verdict = judge(acted("s10", 8, *actions), asked, portrait("s10", 1))
    assert verdict.passed, verdict.reasons
    assert verdict.likeness is Likeness.SAME
    assert verdict.score >= 1


@needs_faces
@pytest.mark.parametrize("species", SPECIES)
def test_a_picture_before_the_camera_is_refused(species: str) -> None:
    asked = challenge(Action.TURN_RIGHT, Action.OPEN_MOUTH)
    frames = shown(SPECIES[species](puppet("s7", 3), asked, np.random.default_rng(5)), asked)
    assert not judge(frames, asked, portrait("s7", 1)).passed


@needs_faces
def test_another_person_than_on_the_card_is_refused() -> None:
    asked = challenge(*LEFT_AND_BLINK)
    verdict = judge(acted("s10", 8, *LEFT_AND_BLINK), asked, portrait("s7", 1))
    assert verdict.reasons == (Reason.NOT_ON_CARD,)
    assert verdict.likeness is Likeness.DIFFERENT


@needs_faces
def test_a_likeness_between_sure_and_refused_is_for_a_person_to_judge() -> None:
    asked = challenge(*LEFT_AND_BLINK)
    doubtful = Limits(thresholds=Thresholds(0.05, 0.6))
    verdict = judge(acted("s10", 8, *LEFT_AND_BLINK), asked, portrait("s10", 1), limits=doubtful)
    assert verdict.near
    assert not verdict.passed
    assert verdict.reasons == (Reason.NEARLY_ON_CARD,)


@needs_faces
def test_an_actor_who_takes_over_from_a_print_is_refused() -> None:
    asked = challenge(*LEFT_AND_BLINK)
    own = acted("s10", 8, *LEFT_AND_BLINK)
    print_until = asked.prompts[0].from_ms + 300
    mixed = [v if v[1] <= print_until else o for v, o in zip(print_in_the_light(), own, strict=True)]
    assert not judge(mixed, asked, portrait("s7", 1)).passed


@needs_faces
def test_an_actor_cannot_lend_a_print_the_height_of_his_movements() -> None:
    asked = challenge(*LEFT_AND_BLINK)
    frames = lent(print_in_the_light(), acted("s10", 8, *LEFT_AND_BLINK), asked)
    verdict = judge(frames, asked, portrait("s7", 1))
    assert verdict.reasons == (Reason.NOT_ONE_PERSON,)
    assert all(one.done for one in verdict.actions)  # it is the person that gives it away


@needs_faces
def test_nobody_else_may_stand_in_the_light_for_a_capture_of_another_hour() -> None:
    asked = challenge(*LEFT_AND_BLINK)
    frames = borrowed_light(at_another_hour(), print_in_the_light(), asked)
    assert judge(frames, asked, portrait("s10", 1)).reasons == (Reason.NOT_ONE_PERSON,)


@needs_faces
def test_two_faces_in_the_picture_are_refused() -> None:
    asked = challenge(*LEFT_AND_BLINK)
    frames = shown(two_faces(puppet("s10", 8), asked, np.random.default_rng(5)), asked)
    assert judge(frames, asked, portrait("s10", 1)).reasons == (Reason.SEVERAL,)


@needs_faces
def test_a_capture_for_another_challenge_is_refused_and_so_is_a_second_sending() -> None:
    first, second = challenge(*LEFT_AND_BLINK), challenge(Action.BLINK, Action.TURN_LEFT)
    frames = acted("s10", 8, *LEFT_AND_BLINK)
    replayed = judge(frames, second, portrait("s10", 1))
    assert set(replayed.reasons) & {Reason.NOT_TURNED_LEFT, Reason.NOT_BLINKED}
    again = judge(frames, first, portrait("s10", 1), seen=frozenset(replayed.digests[5:6]))
    assert again.reasons == (Reason.SEEN_BEFORE,)


@needs_faces
def test_the_right_deeds_in_the_light_of_another_hour_are_a_replay() -> None:
    asked = challenge(*LEFT_AND_BLINK)
    verdict = judge(at_another_hour(), asked, portrait("s10", 1))
    assert verdict.reasons == (Reason.OTHER_LIGHT,)
    assert verdict.distance is None
    drowned = performed(puppet("s10", 8), asked, light_at=lit_by(asked, share=0.002))
    in_the_sun = judge(drowned, asked, portrait("s10", 1))
    assert in_the_sun.reasons == (Reason.WEAK_LIGHT,)
    assert (in_the_sun.undecided, verdict.undecided) == (True, False)


def drawn_again(seed: int) -> Challenge:
    return challenge_of(LEFT_AND_BLINK, random.Random(seed))


@needs_faces
def test_turning_the_wrong_way_is_not_what_was_asked() -> None:
    asked = challenge(Action.TURN_RIGHT, Action.BLINK)
    verdict = judge(acted("s10", 8, *LEFT_AND_BLINK), asked, portrait("s10", 1))
    assert verdict.reasons == (Reason.NOT_TURNED_RIGHT,)


@needs_faces
def test_a_file_shown_again_and_again_is_a_still() -> None:
    asked = challenge(*LEFT_AND_BLINK)
    frames = [(photo("s10", 8), t_ms) for t_ms in times(asked)]
    assert judge(frames, asked, portrait("s10", 1)).reasons == (Reason.STILL,)


@needs_faces
def test_times_that_no_camera_gives_are_refused() -> None:
    asked = challenge(*LEFT_AND_BLINK)
    grey = jpeg(np.full((48, 64, 3), 128, dtype=np.uint8))
    frames = [(grey, t_ms) for t_ms in times(asked)]
    card = portrait("s10", 1)
    assert judge(frames[:9], asked, card).reasons == (Reason.TOO_FEW,)
    assert judge([], asked, card).reasons == (Reason.TOO_FEW,)
    assert judge(frames[::-1], asked, card).reasons == (Reason.TIMES,)
    assert judge(frames[:-8], asked, card).reasons == (Reason.TIMES,)
    assert judge([(j, t // 3) for j, t in frames], asked, card).reasons == (Reason.TIMES,)
    assert judge([(b"\xff\xd8 no picture", t) for _, t in frames], asked, card).reasons == (
        Reason.UNREADABLE,
    )


def test_only_where_the_pictures_tell_nothing_a_try_is_undecided() -> None:
    assert Verdict((Reason.TIMES,)).undecided
    assert not Verdict((Reason.NOT_BLINKED, Reason.WEAK_LIGHT)).undecided
    assert not Verdict(()).undecided


def test_every_challenge_holds_what_prints_cannot_do() -> None:
    drawn = [new_challenge(random.Random(n)) for n in range(1000)]
    for one in drawn:
        actions = {prompt.action for prompt in one.prompts}
        assert len(actions) == len(one.prompts) == 3
        assert actions & set(TURNS)
        assert actions & set(SOFT)
        assert all(a.until_ms < b.from_ms for a, b in pairwise(one.prompts))
    assert len({one.nonce for one in drawn}) == len(drawn)
    assert len({tuple(p.action for p in one.prompts) for one in drawn}) == 48
    assert {tuple(light.colour for light in one.lights) for one in drawn} == set(SEQUENCES)
    assert all(one.lights[-1].until_ms < one.prompts[0].from_ms for one in drawn)
    assert all(from_plain(plain(one)) == one for one in drawn)
