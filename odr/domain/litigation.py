"""The case before the court: from docketing to the point where its trial begins.

Rule 1: an unpaid fee ends it as withdrawn, only by a judge's ruling (JS 213).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from odr.domain.steps import Machine, Role, Step, Told


class State(StrEnum):
    DOCKETED = "docketed"  # the fee is not paid yet
    DEFENCE = "defence"  # the respondent may answer
    WITHDRAWN = "withdrawn"
    DEEMED_WITHDRAWN = "deemed_withdrawn"


class Action(StrEnum):
    OPEN = "open"
    CALL_FOR_DEFENCE = "call_for_defence"
    ALLOW_WITHDRAWAL = "allow_withdrawal"
    DEEM_WITHDRAWN = "deem_withdrawn"


@dataclass(frozen=True, slots=True)
class LitigationFacts:
    """Nothing is asked here yet: its steps follow from the filing and the fee."""


_CLOCK: Final = frozenset({Role.CLOCK})
_JUDGE: Final = frozenset({Role.FILING_JUDGE, Role.TRIAL_JUDGE})
_S, _A = State, Action

MACHINE: Final[Machine[LitigationFacts]] = Machine(
    "litigation",
    (
        Step(None, _A.OPEN, _CLOCK, _S.DOCKETED, starts=("R-16",)),
        Step(_S.DOCKETED, _A.CALL_FOR_DEFENCE, _CLOCK, _S.DEFENCE, notices=("defence_called",)),
        Step(_S.DOCKETED, _A.DEEM_WITHDRAWN, _JUDGE | _CLOCK, _S.DEEMED_WITHDRAWN, stops=("R-16",)),
        *(
            Step(state, _A.ALLOW_WITHDRAWAL, _JUDGE, _S.WITHDRAWN, stops=("R-16",), notices=("withdrawn",))
            for state in (_S.DOCKETED, _S.DEFENCE)
        ),
    ),
    final=frozenset({_S.WITHDRAWN, _S.DEEMED_WITHDRAWN}),
    told=Told.CASE,
)
