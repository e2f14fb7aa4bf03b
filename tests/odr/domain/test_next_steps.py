"""What a party should do now: a word for every state."""

from itertools import product

from odr.domain import confirmation, drafts, mediation, payments
from odr.domain.next_steps import HAPPENED, NEXT, NOTHING, next_step

SILENT = {("mediation", "terminated", "A")}  # the filing speaks again: the case is back with its judge


def test_every_state_has_a_word_for_each_side_that_can_see_it() -> None:
    wanted = {("filing", str(state), "A") for state in drafts.State}
    wanted |= {("payment", str(state), "A") for state in payments.State}
    for machine, states in (("mediation", mediation.State), ("confirmation", confirmation.State)):
        wanted |= {(machine, str(state), side) for state, side in product(states, "AB")}
    assert wanted - SILENT <= set(NEXT)


def test_the_machine_that_stands_furthest_speaks() -> None:
    states = {"filing": "docketed", "payment": "noticed"}
    assert next_step(states, "A") == NEXT["payment", "noticed", "A"]
    states = {"filing": "pre_mediation", "mediation": "agreed", "confirmation": "eligible"}
    assert next_step(states, "B") == NEXT["confirmation", "eligible", "B"]


def test_after_a_mediation_that_failed_the_judge_has_the_word_again() -> None:
    states = {"filing": "in_review", "mediation": "terminated"}
    assert next_step(states, "A") == NEXT["filing", "in_review", "A"]
    assert next_step(states, "B") == NEXT["mediation", "terminated", "B"]


def test_the_other_side_is_told_nothing_of_a_filing() -> None:
    assert next_step({"filing": "in_review"}, "B") == NOTHING


def test_who_has_something_to_do_finds_where() -> None:
    for step in NEXT.values():
        assert not step.mine or step.link
        assert step.address("42").count("{") == 0


def test_the_timeline_knows_only_steps_that_exist() -> None:
    machines = (drafts.MACHINE, payments.MACHINE, mediation.MACHINE, confirmation.MACHINE)
    real = {(machine.name, str(step.action)) for machine in machines for step in machine.steps}
    assert set(HAPPENED) <= real
