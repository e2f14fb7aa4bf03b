"""A register of invented citizens.

It knows the citizens of the sandbox, each with his fate, and takes any other number whose area code ends
in 99 (given to no place, so nobody real) as that of the person who shows it. It knows nobody else.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from odr.domain.citizens import CITIZENS, Citizen, Fate
from odr.errors import Unavailable
from odr.ports.register import RegisterAnswer, RegisterOutcome, RegisterQuery

_PATIENCE_S: Final = 4.0
_SLOW_S: Final = 6.0


class SandboxRegister:
    def __init__(self, citizens: Sequence[Citizen] = CITIZENS, *, slow_s: float = _SLOW_S) -> None:
        self._citizens: Mapping[str, Citizen] = {citizen.id_number: citizen for citizen in citizens}
        self._slow_s = slow_s
        self._waited: set[str] = set()

    async def compare(self, query: RegisterQuery) -> RegisterAnswer:
        citizen = self._citizens.get(query.id_number)
        if citizen and citizen.fate is Fate.SLOW and query.key not in self._waited:
            self._waited.add(query.key)
            try:
                async with asyncio.timeout(_PATIENCE_S):
                    await asyncio.sleep(self._slow_s)
            except TimeoutError:
                raise Unavailable from None
        reference = hashlib.sha256(f"{query.key}:{query.id_number}".encode()).hexdigest()[:16]
        return RegisterAnswer(_outcome(citizen, query), reference)


def _outcome(citizen: Citizen | None, query: RegisterQuery) -> RegisterOutcome:
    if citizen is None:
        return RegisterOutcome.MATCH if query.id_number[4:6] == "99" else RegisterOutcome.UNKNOWN
    if citizen.fate is Fate.UNKNOWN:
        return RegisterOutcome.UNKNOWN
    same = citizen.name == query.name and citizen.fate is not Fate.OTHER_NAME
    return RegisterOutcome.MATCH if same else RegisterOutcome.MISMATCH
