"""The port of the machine that looks at photos, over each of its adapters: faces."""

import random
from collections.abc import AsyncIterator

import numpy as np
import pytest

from filing.challenges import Action, challenge_of
from filing.errors import Unreadable
from filing.faces import Likeness, NoFace, Thresholds
from filing.liveness import Reason
from odr.adapters.reader.pool import FUNCTIONS, Bounds, ReaderPool
from odr.ports.reader import IdentityReader
from odr.settings import Settings
from tests.support.faces import jpeg, needs_faces, photo, times

FACES = {name: path for name, path in FUNCTIONS.items() if name != "read"}  # reading has tests of its own


@pytest.fixture(params=[ReaderPool])
async def reader(request: pytest.FixtureRequest) -> AsyncIterator[IdentityReader]:
    pool = request.param(Bounds(workers=1), FACES)
    yield pool
    await pool.close()


@needs_faces
async def test_faces_are_compared_and_a_challenge_is_judged_elsewhere(reader: IdentityReader) -> None:
    compared = await reader.compare_faces(photo("s10", 8), photo("s10", 1))
    assert compared.same
    assert compared.model
    strict = await reader.compare_faces(photo("s10", 8), photo("s10", 1), Thresholds(0.1, 0.9))
    assert strict.likeness is Likeness.REVIEW
    asked = challenge_of((Action.TURN_LEFT, Action.BLINK), random.Random(1))
    frames = [(photo("s10", 8), t_ms) for t_ms in times(asked)]
    verdict = await reader.judge_liveness(frames, asked, photo("s10", 1))
    assert verdict.reasons == (Reason.STILL,)
    again = await reader.judge_liveness(frames, asked, photo("s10", 1), frozenset(verdict.digests))
    assert again.reasons == (Reason.SEEN_BEFORE,)
    with pytest.raises(NoFace):
        await reader.judge_liveness(frames, asked, jpeg(np.full((90, 90, 3), 128, dtype=np.uint8)))
    with pytest.raises(Unreadable):
        await reader.compare_faces(b"no photo", photo("s10", 1))


@needs_faces
async def test_the_thresholds_of_the_settings_hold() -> None:
    pool = ReaderPool(Bounds(workers=1), FACES, thresholds=Thresholds(0.1, 0.2))
    compared = await pool.compare_faces(photo("s10", 8), photo("s10", 1))
    await pool.close()
    assert (compared.likeness, compared.threshold) == (Likeness.DIFFERENT, 0.1)


def test_the_settings_begin_with_the_published_thresholds() -> None:
    accept, review = (Settings.model_fields[f"face_{name}_below"].default for name in ("accept", "review"))
    assert Thresholds(accept, review) == Thresholds()
