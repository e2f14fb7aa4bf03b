"""What holds for every machine."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odr.domain import delivery, identity
from odr.domain.cascades import FOLLOWS, MACHINES, follow
from odr.domain.steps import Change, Machine, Role, Subject, advance
from odr.errors import NotAllowed

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
ALL = {**MACHINES, "identity": identity.MACHINE, "delivery": delivery.MACHINE}


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
