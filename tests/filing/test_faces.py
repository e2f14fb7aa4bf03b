"""Photos of one person are told from photos of two, and what cannot be compared is explained."""

import itertools
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from filing.errors import Unreadable
from filing.face_engines import (
    DlibFaces,
    FaceEngine,
    FaceRecognitionFaces,
    default_engine,
    has_face_recognition,
)
from filing.faces import (
    ACCEPT_BELOW,
    Likeness,
    NoFace,
    PoorPortrait,
    Seen,
    SeveralFaces,
    Thresholds,
    compare,
    compare_seen,
    look,
    open_photo,
    portrait_of,
)
from tests.support.faces import PHOTOS, jpeg, needs_faces, photo

NUMBERS = (1, 2, 8)


@cache
def seen(subject: str, number: int) -> Seen:
    return look(photo(subject, number))


@pytest.fixture(
    params=[
        DlibFaces,
        pytest.param(
            FaceRecognitionFaces,
            marks=pytest.mark.skipif(
                not has_face_recognition(), reason="the original face_recognition is not installed"
            ),
        ),
    ]
)
def engine(request: pytest.FixtureRequest) -> FaceEngine:
    made: FaceEngine = request.param()
    return made


@needs_faces
def test_an_engine_finds_the_one_face_and_its_landmarks(engine: FaceEngine) -> None:
    pixels = open_photo(photo("s10", 8))
    (face,) = engine.find(pixels, side_px=448)
    assert face.landmarks.shape == (68, 2)
    left_eye, right_eye, mouth = (face.landmarks[part].mean(axis=0) for part in _PARTS)
    assert left_eye[0] < mouth[0] < right_eye[0]
    assert max(left_eye[1], right_eye[1]) < mouth[1]


_PARTS = (slice(36, 42), slice(42, 48), slice(48, 68))


@needs_faces
def test_an_engine_tells_two_people_apart(engine: FaceEngine) -> None:
    assert compare(photo("s10", 8), photo("s10", 1), engine=engine).same
    assert not compare(photo("s10", 8), photo("s4", 7), engine=engine).same


@needs_faces
def test_an_engine_finds_no_face_on_an_empty_wall(engine: FaceEngine) -> None:
    assert engine.find(np.full((200, 200, 3), 128, dtype=np.uint8), side_px=400) == []


@needs_faces
@pytest.mark.parametrize("subject", PHOTOS)
def test_photos_of_one_person_are_the_same_person(subject: str) -> None:
    model = default_engine().model
    for a, b in itertools.combinations(NUMBERS, 2):
        assert compare_seen(seen(subject, a), seen(subject, b), model=model).likeness is Likeness.SAME


@needs_faces
def test_photos_of_two_people_are_never_accepted() -> None:
    model = default_engine().model
    pairs = itertools.combinations(PHOTOS, 2)
    for one, other in pairs:
        for a, b in itertools.product(NUMBERS, NUMBERS):
            assert not compare_seen(seen(one, a), seen(other, b), model=model).same


@needs_faces
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_photo_lying_any_way_up_is_compared(quarters: int) -> None:
    desk = np.full((900, 1200, 3), (150, 110, 90), dtype=np.uint8)
    desk[300:636, 700:976] = cv2.resize(open_photo(photo("s7", 3)), (276, 336))
    lying = look(jpeg(np.ascontiguousarray(np.rot90(desk, quarters))))
    assert lying.portrait is not None
    assert lying.portrait.turned_deg == quarters * 90
    assert compare_seen(lying, seen("s7", 1), model="").same


@needs_faces
def test_two_faces_on_a_photo_are_counted_and_not_compared() -> None:
    pair = np.hstack([open_photo(photo("s7", 3)), open_photo(photo("s10", 8))])
    comparison = compare(jpeg(pair), photo("s7", 1))
    assert (comparison.faces, comparison.distance) == ((2, 1), None)
    assert comparison.likeness is Likeness.UNDECIDED
    assert comparison.reason == SeveralFaces.public


def test_a_photo_without_a_face_is_explained() -> None:
    wall = jpeg(np.full((300, 300, 3), 128, dtype=np.uint8))
    assert compare(wall, wall).reason == NoFace.public
    with pytest.raises(NoFace):
        portrait_of(wall)


def test_a_file_that_is_no_photo_is_refused() -> None:
    for broken in (b"", b"GIF89a", b"P5\n9 9\n255\n", Path(__file__).read_bytes()):
        with pytest.raises(Unreadable):
            look(broken)


def test_between_accepted_and_refused_a_person_looks() -> None:
    asked = Thresholds()
    assert asked.judge(ACCEPT_BELOW - 0.001) is Likeness.SAME
    assert asked.judge(ACCEPT_BELOW) is Likeness.REVIEW
    assert asked.judge(0.55) is Likeness.DIFFERENT
    assert Thresholds(0.4, 0.45).judge(0.45) is Likeness.DIFFERENT


@needs_faces
@pytest.mark.parametrize("spoil", ["blur", "glare"])
def test_a_spoiled_portrait_asks_for_a_retake(spoil: str) -> None:
    large = cv2.resize(open_photo(photo("s10", 8)), (368, 448), interpolation=cv2.INTER_CUBIC)
    card = np.asarray(large, dtype=np.uint8)
    assert not portrait_of(jpeg(card)).quality.poor
    if spoil == "blur":
        spoiled = cv2.GaussianBlur(card, (0, 0), 11)
    else:
        cv2.circle(card, (150, 260), 60, (255, 255, 255), -1)
        spoiled = cv2.GaussianBlur(card, (0, 0), 5)
    with pytest.raises(PoorPortrait):
        portrait_of(jpeg(np.asarray(spoiled, dtype=np.uint8)))
