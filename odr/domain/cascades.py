"""What follows from a change: one act that moves several machines, as a table.

Rule 1: a cascaded step is the platform's own act, taken only where its machine stands in the right state.
Rule 2: cascaded steps have no guard: what they rest on was decided by the change they follow.
"""

from collections.abc import Mapping
from typing import Any, Final

from odr.domain import (
    agreements,
    confirmation,
    drafts,
    grievances,
    litigation,
    mediation,
    minutes,
    payments,
    sittings,
)
from odr.domain.steps import Change, Machine, Role, Subject, taken

MACHINES: Final[Mapping[str, Machine[Any]]] = {
    machine.name: machine
    for machine in (
        drafts.MACHINE,
        payments.MACHINE,
        litigation.MACHINE,
        mediation.MACHINE,
        agreements.MACHINE,
        confirmation.MACHINE,
        sittings.MACHINE,
        minutes.MACHINE,
        grievances.MACHINE,
    )
}

# Mediation failed: the filing goes back to its judge at once, and an unfinished text lapses.
_BACK: Final = (("filing", "come_back"), ("agreement", "lapse"))
FOLLOWS: Final[Mapping[tuple[str, str], tuple[tuple[str, str], ...]]] = {
    ("filing", "docket"): (("payment", "notify"), ("litigation", "open")),
    ("filing", "divert"): (("mediation", "open"),),
    ("sitting", "start"): (("mediation", "begin"),),
    **{("sitting", action): (("mediation", "adjourn"),) for action in ("adjourn", "close")},
    ("filing", "come_back"): (("mediation", "end"),),
    ("filing", "withdraw"): (("mediation", "end"),),
    ("payment", "settle"): (("litigation", "call_for_defence"),),
    ("payment", "grant_aid"): (("litigation", "call_for_defence"),),
    ("payment", "deem_withdrawn"): (("litigation", "deem_withdrawn"),),
    ("mediation", "refuse_invitation"): _BACK,
    ("mediation", "give_up"): _BACK,
    ("mediation", "refuse_signature"): _BACK,
    ("mediation", "end"): _BACK,
    ("mediation", "expire"): _BACK,
    ("mediation", "replace"): (("agreement", "lapse"),),
    ("mediation", "suspend"): (("agreement", "lapse"),),
    ("mediation", "complete"): (("filing", "settle"), ("confirmation", "open")),
    ("agreement", "write"): (("mediation", "draft"),),
    ("agreement", "revise"): (("mediation", "revise"),),
    ("agreement", "open"): (("mediation", "offer_signature"),),
    ("agreement", "refuse"): (("mediation", "refuse_signature"),),
    ("agreement", "sign_last"): (("mediation", "complete"),),
}

# Work that a change leaves to a service: (machine, action) → events.
LATER: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("mediation", "decline_mandate"): ("mediation.appoint",),
    ("sitting", "close"): ("confirmation.minutes",),
    ("sitting", "adjourn"): ("confirmation.minutes",),
    ("filing", "hand_over"): ("review.assign",),
    **{("minutes", action): ("minutes.settle",) for action in ("finish", "lapse", "lapse_answers")},
    **{
        ("mediation", action): ("mediation.report", "offer.close", "comparison.close", "sitting.cancel")
        for action in ("refuse_invitation", "give_up", "refuse_signature", "end", "expire")
    },
    ("mediation", "complete"): ("offer.close", "comparison.close"),
}


def follow(change: Change, states: Mapping[str, str]) -> tuple[Change, ...]:
    """The further changes of the case, in order; `states` are those before `change`, a machine a name."""
    if change.case_id is None:
        return ()
    now = {**states, change.machine: change.target}
    done: list[Change] = []
    waiting = [change]
    while waiting:
        cause = waiting.pop(0)
        for machine, action in FOLLOWS.get((cause.machine, cause.action), ()):
            further = _step(MACHINES[machine], now.get(machine), action, cause)
            if further is not None:
                now[machine] = further.target
                done.append(further)
                waiting.append(further)
    return tuple(done)


def _step(machine: Machine[Any], state: str | None, action: str, cause: Change) -> Change | None:
    found = next((s for s in machine.steps if s.source == state and s.action == action), None)
    if found is None or cause.case_id is None:
        return None
    subject = Subject(cause.case_id, cause.case_id, state, None)
    return taken(machine, found, subject, Role.CLOCK, cause.at)
