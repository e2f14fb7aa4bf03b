"""A hundred hostile files: each is refused with a sentence of its kind, in Chinese too, and quickly."""

import time

from filing.errors import FilingError, Unreadable
from filing.uploads import examine
from odr.languages import translate
from tests.support.hostile import Hostile, hostile_files

LONGEST_S = 5.0  # of processor time; a bomb that went off takes minutes


def test_a_hundred_hostile_files_each_meet_their_sentence() -> None:
    files = list(hostile_files())
    assert len(files) >= 100
    assert {name: told for one in files if (told := _wrong(one)) for name in [one.name]} == {}


def _wrong(one: Hostile) -> str:
    """What is not as it should be with the answer to this file, or nothing."""
    began = time.process_time()
    try:
        examine(one.body)
    except Unreadable as error:
        message, met = error.message, isinstance(error, one.meets)
    except FilingError as error:
        return f"refused without a sentence of its own: {error!r}"
    else:
        return "taken"
    spent_s = time.process_time() - began
    if spent_s > LONGEST_S:
        return f"{spent_s:.1f} s"
    if translate(message) == message:
        return f"no Chinese: {message}"
    return "" if met else f"refused for another reason: {message}"
