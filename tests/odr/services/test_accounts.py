"""Signing in by a code."""

from datetime import timedelta

import pytest

from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.steps import Role
from odr.errors import BadInput, NotAllowed, NotPermitted, TooMany
from odr.services.accounts import AccountService
from tests.support.clock import FixedClock

PHONE = "138 0000 0001"


@pytest.fixture
def accounts(database: Database, clock: FixedClock) -> AccountService:
    return AccountService(database, clock, b"secret")


async def _code(database: Database, clock: FixedClock) -> str:
    async with database.begin() as tx:
        (event,) = await tx.outbox.take(clock.now(), timedelta(0))
        await tx.outbox.done(event.id, clock.now())
    return str(event.payload["values"]["code"])


async def test_a_code_opens_one_session(
    accounts: AccountService, database: Database, clock: FixedClock
) -> None:
    await accounts.send_code(PHONE)
    code = await _code(database, clock)
    actor = await accounts.actor(await accounts.sign_in(PHONE, code))
    assert actor.signed_in
    with pytest.raises(BadInput):
        await accounts.sign_in(PHONE, code)


async def signed_in(accounts: AccountService, database: Database, clock: FixedClock) -> Actor:
    await accounts.send_code(PHONE)
    return await accounts.actor(await accounts.sign_in(PHONE, await _code(database, clock)))


async def test_a_link_opens_one_session_of_its_own_on_another_device(
    accounts: AccountService, database: Database, clock: FixedClock
) -> None:
    wang = await signed_in(accounts, database, clock)
    clock.advance(minutes=30)
    token = await accounts.link_device(wang, "/cases/x/draft")
    assert await accounts.linked_phone(token) == await accounts.linked_phone(token)  # looking spends nothing
    session, path = await accounts.use_link(token)
    other = await accounts.actor(session)
    assert (other.account_id, path) == (wang.account_id, "/cases/x/draft")
    assert other.since == wang.since  # no fresher than the code that opened the first
    for attempt in (accounts.use_link(token), accounts.linked_phone(token), accounts.use_link("guess")):
        with pytest.raises(NotAllowed):
            await attempt


async def test_a_link_is_over_after_five_minutes(
    accounts: AccountService, database: Database, clock: FixedClock
) -> None:
    token = await accounts.link_device(await signed_in(accounts, database, clock), "/")
    clock.advance(minutes=6)
    with pytest.raises(NotAllowed):
        await accounts.use_link(token)


async def test_staff_hand_no_session_on(accounts: AccountService) -> None:
    judge = Actor(await accounts.ensure_staff(PHONE, "立案法官", [Role.FILING_JUDGE]), frozenset(Role))
    with pytest.raises(NotPermitted):
        await accounts.link_device(judge, "/staff")


async def test_a_code_expires(accounts: AccountService, database: Database, clock: FixedClock) -> None:
    await accounts.send_code(PHONE)
    code = await _code(database, clock)
    clock.advance(minutes=6)
    with pytest.raises(BadInput):
        await accounts.sign_in(PHONE, code)


async def test_guessing_is_stopped_although_each_try_fails(
    accounts: AccountService, database: Database, clock: FixedClock
) -> None:
    await accounts.send_code(PHONE)
    code = await _code(database, clock)
    for _ in range(5):
        with pytest.raises(BadInput):
            await accounts.sign_in(PHONE, "abcdef")
    with pytest.raises(TooMany):
        await accounts.sign_in(PHONE, code)


async def test_a_second_code_must_wait(accounts: AccountService) -> None:
    await accounts.send_code(PHONE)
    with pytest.raises(TooMany):
        await accounts.send_code("+86 13800000001")


async def test_a_foreign_number_is_taken(accounts: AccountService) -> None:
    assert await accounts.send_code("0034 612 345 678") == "+34612345678"


async def test_after_signing_out_the_cookie_opens_nothing(
    accounts: AccountService, database: Database, clock: FixedClock
) -> None:
    await accounts.send_code(PHONE)
    token = await accounts.sign_in(PHONE, await _code(database, clock))
    await accounts.sign_out(token)
    assert not (await accounts.actor(token)).signed_in


async def test_the_same_person_keeps_one_account(
    accounts: AccountService, database: Database, clock: FixedClock
) -> None:
    await accounts.send_code(PHONE)
    first = await accounts.actor(await accounts.sign_in(PHONE, await _code(database, clock)))
    clock.advance(minutes=1)
    await accounts.send_code("+8613800000001")
    again = await accounts.actor(await accounts.sign_in(PHONE, await _code(database, clock)))
    assert first.account_id == again.account_id
