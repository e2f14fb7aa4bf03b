"""The page of states is the tables."""

from tests.odr.domain.machines import MACHINES as KNOWN
from tools.states import MACHINES, PAGE, page


def test_the_page_of_states_is_drawn_from_the_tables() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tools.states"


def test_every_step_of_every_machine_is_drawn() -> None:
    assert MACHINES == KNOWN
    text = page()
    for machine in MACHINES:
        for step in machine.steps:
            assert f"{step.source or '[*]'} --> {step.target}: {step.action}" in text
