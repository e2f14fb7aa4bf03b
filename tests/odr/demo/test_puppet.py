"""Puppets move as asked, the same way every time, and are never taken for one another."""

import itertools
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from filing.challenges import Action
from filing.face_engines import default_engine
from filing.faces import ACCEPT_BELOW, distance, open_photo
from filing.liveness import NEEDED, way
from filing.motion import Features, features
from odr.demo.puppet import (
    _AT_FULL,
    CAST,
    HEIGHT,
    WIDTH,
    Beat,
    Pose,
    all_in_turn,
    pose_at,
    write_camera_file,
)
from tests.support.faces import needs_faces, photo, portrait, puppet

MARGIN = 1.05  # somewhat more than the judge asks


@cache
def seen(subject: str, action: Action | None) -> Features:
    pose = Pose() if action is None else _AT_FULL[action](Pose(), 1.0)
    (face, *_) = default_engine().find(puppet(subject, CAST[subject][0]).frame(pose), side_px=480)
    return features(face.landmarks)


@needs_faces
@pytest.mark.parametrize("subject", CAST)
def test_each_of_the_cast_does_every_action(subject: str) -> None:
    rest = seen(subject, None)
    for action in Action:
        assert way(action, rest, seen(subject, action)) >= MARGIN * NEEDED[action], action


@needs_faces
def test_no_puppet_is_taken_for_another_and_each_for_its_card() -> None:
    engine = default_engine()
    selfies = {}
    for subject, (number, _) in CAST.items():
        frame = puppet(subject, number).frame(Pose())
        selfies[subject] = engine.describe(frame, engine.find(frame, side_px=480)[0])
    for selfie, card in itertools.product(CAST, CAST):
        apart = distance(selfies[selfie], portrait(card, CAST[card][1]).descriptor)
        assert (apart < ACCEPT_BELOW) is (selfie == card), (selfie, card, apart)


@needs_faces
def test_the_same_pose_and_number_give_the_same_pixels() -> None:
    actor, pose = puppet("s10", 8), pose_at(700, ())
    assert np.array_equal(actor.frame(pose, 3), actor.frame(pose, 3))
    assert not np.array_equal(actor.frame(pose, 3), actor.frame(pose, 4))


def test_a_beat_begins_and_ends_at_rest() -> None:
    beats = (Beat(Action.TURN_LEFT, 1000, 1500),)
    assert pose_at(1000, beats) == pose_at(1000, ())
    assert pose_at(2500, beats) == pose_at(2500, ())
    assert pose_at(1750, beats).yaw_deg > 20
    assert {beat.action for beat in all_in_turn()} == set(Action)


@needs_faces
def test_a_camera_file_is_raw_video(tmp_path: Path) -> None:
    write_camera_file(tmp_path / "loop.y4m", open_photo(photo("s10", 8)), seconds=0.5, fps=4)
    head, *frames = (tmp_path / "loop.y4m").read_bytes().split(b"FRAME\n")
    assert head.startswith(b"YUV4MPEG2 W640 H480 F4:1 ")
    assert [len(frame) for frame in frames] == [WIDTH * HEIGHT * 3 // 2] * 2
