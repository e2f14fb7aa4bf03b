"""What holds for every machine."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odr.domain.cascades import FOLLOWS, MACHINES, follow
from odr.domain.clocks import RULES
from odr.domain.documents import TITLES
from odr.domain.steps import Change, Machine, Role, Subject, advance, allowed
from odr.errors import NotAllowed
from tests.odr.domain import machines

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
ALL = {machine.name: machine for machine in machines.MACHINES}


@pytest.fixture(params=sorted(ALL))
def machine(request: pytest.FixtureRequest) -> Machine[Any]:
    return ALL[request.param]


def test_every_state_that_is_not_final_has_an_exit(machine: Machine[Any]) -> None:
    targets = {step.target for step in machine.steps}
    exits = {step.source for step in machine.steps}
    assert targets - machine.final <= exits


def test_no_final_state_has_an_exit(machine: Machine[Any]) -> None:
    assert not machine.final & {step.source for step in machine.steps}


def test_every_state_can_be_reached(machine: Machine[Any]) -> None:
    reached: set[object] = {None}
    for _ in machine.steps:
        reached |= {step.target for step in machine.steps if step.source in reached}
    assert {step.source for step in machine.steps} <= reached


def test_one_row_a_state_action_and_role(machine: Machine[Any]) -> None:
    keys = [(step.source, step.action, role) for step in machine.steps for role in step.by]
    assert len(keys) == len(set(keys))


@given(st.data())
def test_what_is_not_in_the_table_is_refused(data: st.DataObject) -> None:
    machine = data.draw(st.sampled_from(list(ALL.values())))
    step = data.draw(st.sampled_from(machine.steps))
    state = data.draw(st.sampled_from([None, *{s.target for s in machine.steps}]))
    role = data.draw(st.sampled_from(Role))
    rows = [s for s in machine.steps if s.source == state and s.action == step.action and role in s.by]
    if not rows:
        with pytest.raises(NotAllowed):
            advance(machine, Subject(uuid4(), None, state, None), step.action, role, now=NOW)


def test_cascades_name_real_steps() -> None:
    for pair in [*FOLLOWS, *(one for further in FOLLOWS.values() for one in further)]:
        assert any(step.action == pair[1] for step in MACHINES[pair[0]].steps), pair


@given(st.data())
def test_cascades_end_and_change_each_machine_by_its_table(data: st.DataObject) -> None:
    states = {
        name: state
        for name, machine in MACHINES.items()
        if (state := data.draw(st.sampled_from([None, *{str(s.target) for s in machine.steps}])))
    }
    name = data.draw(st.sampled_from(sorted(MACHINES)))
    steps = [s for s in MACHINES[name].steps if s.source == states.get(name)]
    if not steps:
        return
    step, case = data.draw(st.sampled_from(steps)), uuid4()
    change = Change(name, case, case, str(step.action), states.get(name), str(step.target), Role.CLOCK, NOW)
    now = {**states, name: str(step.target)}
    for further in follow(change, states):
        assert further.source == now.get(further.machine)
        now[further.machine] = further.target


def test_no_two_machines_share_a_name() -> None:
    assert len(ALL) == len(machines.MACHINES)


def test_every_clock_and_document_of_a_step_exists(machine: Machine[Any]) -> None:
    for step in machine.steps:
        assert {*step.starts, *step.stops, *step.pauses, *step.resumes} <= RULES.keys()
        assert set(step.documents) <= TITLES.keys()


def test_what_a_clock_brings_about_is_a_step_of_the_platform() -> None:
    for clock in (clock for rule in RULES.values() for clock in rule if clock.then):
        name, action = clock.then or ("", "")
        assert any(step.action == action and Role.CLOCK in step.by for step in ALL[name].steps), clock.rule


def test_every_action_is_in_the_table(machine: Machine[Any]) -> None:
    used = {step.action for step in machine.steps}
    assert used == set(type(next(iter(used))))


def test_every_state_is_in_the_table(machine: Machine[Any]) -> None:
    used = {step.target for step in machine.steps}
    assert used == set(type(next(iter(used))))


@given(st.data())
def test_a_walk_by_the_buttons_never_leaves_the_table(data: st.DataObject) -> None:
    machine = data.draw(st.sampled_from(list(ALL.values())))
    state: str | None = None
    for _ in range(8):
        choices = [(role, action) for role in Role for action in allowed(machine, state, role)]
        if not choices:
            assert state in machine.final
            return
        role, action = data.draw(st.sampled_from(choices))
        rows = [s for s in machine.steps if s.source == state and s.action == action and role in s.by]
        assert len(rows) == 1
        state = str(rows[0].target)
