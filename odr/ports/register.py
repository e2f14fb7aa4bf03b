"""The public-security population register (公安人口信息): the second check of a person."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class RegisterOutcome(StrEnum):
    MATCH = "match"
    MISMATCH = "mismatch"  # the number exists, the name or the portrait is another
    UNKNOWN = "unknown"  # the register has no such number


@dataclass(frozen=True, slots=True)
class RegisterQuery:
    """`key` makes a repeated question one question; `id_number` has its check digit."""

    key: str
    name: str
    id_number: str


@dataclass(frozen=True, slots=True)
class RegisterAnswer:
    """`reference` is the register's own receipt of the question."""

    outcome: RegisterOutcome
    reference: str


class PopulationRegister(Protocol):
    async def compare(self, query: RegisterQuery) -> RegisterAnswer:
        """Ask; raises odr.errors.Unavailable when the register is slow or away: ask again later."""
        ...
