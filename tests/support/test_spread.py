"""Which tests go together into one process."""

from tests.support.spread import scope


def test_a_file_is_not_torn_apart() -> None:
    first, second = "tests/odr/test_worker.py::test_one[a::b]", "tests/odr/test_worker.py::TestMany::test_two"
    assert scope(first) == scope(second) == "tests/odr/test_worker.py"


def test_no_two_journeys_run_at_a_time() -> None:
    assert scope("tests/journeys/test_room.py::test_it") == scope("tests/journeys/test_review.py::test_it")
