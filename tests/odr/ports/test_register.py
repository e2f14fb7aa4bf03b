"""The population register: one contract over every adapter."""

import pytest

from odr.adapters.register.sandbox import SandboxRegister
from odr.domain.citizens import CITIZENS
from odr.errors import Unavailable
from odr.ports.register import PopulationRegister, RegisterOutcome, RegisterQuery

BY_ID = {citizen.id: citizen for citizen in CITIZENS}


@pytest.fixture(params=[SandboxRegister])  # every adapter joins this list
def register(request: pytest.FixtureRequest) -> PopulationRegister:
    made: PopulationRegister = request.param()
    return made


def _query(citizen_id: str, name: str = "") -> RegisterQuery:
    citizen = BY_ID[citizen_id]
    return RegisterQuery("key", name or citizen.name, citizen.id_number)


async def test_a_citizen_matches_under_his_own_name_only(register: PopulationRegister) -> None:
    assert (await register.compare(_query("wang"))).outcome is RegisterOutcome.MATCH
    assert (await register.compare(_query("wang", "王别名"))).outcome is RegisterOutcome.MISMATCH


async def test_a_number_under_another_name_is_a_mismatch(register: PopulationRegister) -> None:
    assert (await register.compare(_query("sun"))).outcome is RegisterOutcome.MISMATCH


async def test_a_number_that_nobody_has_is_unknown(register: PopulationRegister) -> None:
    assert (await register.compare(_query("zhou"))).outcome is RegisterOutcome.UNKNOWN
    real_place = RegisterQuery("key", "某人", "11010519491231002X")
    assert (await register.compare(real_place)).outcome is RegisterOutcome.UNKNOWN


async def test_the_same_question_has_the_same_receipt(register: PopulationRegister) -> None:
    assert await register.compare(_query("yang")) == await register.compare(_query("yang"))


async def test_a_slow_register_says_so_and_answers_when_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("odr.adapters.register.sandbox._PATIENCE_S", 0.0)
    slow = SandboxRegister()
    with pytest.raises(Unavailable):
        await slow.compare(_query("wu"))
    assert (await slow.compare(_query("wu"))).outcome is RegisterOutcome.MATCH
