"""The network identity service: one contract over every adapter."""

import pytest

from odr.adapters.network_identity.sandbox import SandboxNetworkIdentity
from odr.domain.citizens import CITIZENS
from odr.errors import BadInput, NotFound
from tests.support.clock import FixedClock

WANG = CITIZENS[0]


@pytest.fixture(params=[SandboxNetworkIdentity])  # every adapter joins this list
def network(request: pytest.FixtureRequest, clock: FixedClock) -> SandboxNetworkIdentity:
    made: SandboxNetworkIdentity = request.param(b"s" * 32, clock.now)
    return made


async def test_a_fresh_certificate_tells_name_and_network_number_and_no_plain_number(
    network: SandboxNetworkIdentity,
) -> None:
    answer = await network.redeem(network.issue(WANG.id))
    assert answer.name == WANG.name
    assert WANG.id_number not in repr(answer)
    again = await network.redeem(network.issue(WANG.id))
    assert (again.number, again.reference != answer.reference) == (answer.number, True)


async def test_an_old_one_is_refused(network: SandboxNetworkIdentity, clock: FixedClock) -> None:
    certificate = network.issue(WANG.id)
    clock.advance(minutes=6)
    with pytest.raises(BadInput, match="too old"):
        await network.redeem(certificate)


@pytest.mark.parametrize("change", ["", "x", "wang.1.2.3", "….…"])
async def test_a_false_one_is_refused(network: SandboxNetworkIdentity, change: str) -> None:
    with pytest.raises(BadInput):
        await network.redeem(change)
    with pytest.raises(BadInput):
        await network.redeem(f"yang{network.issue(WANG.id).removeprefix(WANG.id)}")


def test_only_citizens_of_the_sandbox_have_one(network: SandboxNetworkIdentity) -> None:
    with pytest.raises(NotFound):
        network.issue("nobody")


def test_the_person_is_sent_to_the_service_and_comes_back(network: SandboxNetworkIdentity) -> None:
    assert "back=%2Fme%2Fidentity%2Fnetwork" in network.address("/me/identity/network")
