"""How the tests are spread over processes: file by file, the journeys one after another in one of them.

A journey's browsers want the whole machine, so never two at a time; what is in `tests/journeys` starts first
because nothing takes longer.
"""

from typing import Final

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

JOURNEYS: Final = "tests/journeys/"


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist tells no types
    """A worker takes a whole file, so that what a file shares is made once; of the journeys it takes all."""

    def _split_scope(self, nodeid: str) -> str:
        return scope(nodeid)


def scope(nodeid: str) -> str:
    """What is run by one process in one go."""
    file, _, _ = nodeid.partition("::")
    return JOURNEYS if file.startswith(JOURNEYS) else file


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: scope(item.nodeid) != JOURNEYS)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    config.option.loadscopereorder = False  # in the order of the collection, and not by number of tests
    return ByFile(config, log)
