"""Tickets prove a right once, for a short time, to whoever holds the key."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtc.errors import TicketRefused
from rtc.tickets import TicketOffice
from tests.support.clock import FixedClock

MINUTE = timedelta(seconds=60)


@pytest.fixture
def office(clock: FixedClock) -> TicketOffice:
    return TicketOffice(b"k" * 32, clock.now)


def test_a_ticket_names_room_seat_and_role(office: TicketOffice) -> None:
    ticket = office.take(office.issue("room", "seat", "party", MINUTE))
    assert (ticket.room, ticket.seat, ticket.role) == ("room", "seat", "party")


def test_a_ticket_is_taken_once(office: TicketOffice) -> None:
    text = office.issue("room", "seat", "party", MINUTE)
    office.take(text)
    with pytest.raises(TicketRefused, match="used"):
        office.take(text)


def test_a_ticket_expires(office: TicketOffice, clock: FixedClock) -> None:
    text = office.issue("room", "seat", "party", MINUTE)
    clock.advance(seconds=60)
    with pytest.raises(TicketRefused, match="expired"):
        office.take(text)


def test_a_spent_ticket_stays_spent_until_it_expires(office: TicketOffice, clock: FixedClock) -> None:
    text = office.issue("room", "seat", "party", MINUTE)
    office.take(text)
    clock.advance(seconds=59)
    office.take(office.issue("room", "other", "party", MINUTE))
    with pytest.raises(TicketRefused, match="used"):
        office.take(text)


def test_a_ticket_of_another_key_is_refused(office: TicketOffice, clock: FixedClock) -> None:
    forged = TicketOffice(b"x" * 32, clock.now).issue("room", "seat", "party", MINUTE)
    with pytest.raises(TicketRefused, match="forged"):
        office.take(forged)


@given(at=st.integers(0, 10_000), to=st.characters(codec="ascii"))
def test_no_changed_ticket_is_taken(at: int, to: str) -> None:
    office = TicketOffice(b"k" * 32, FixedClock().now)
    text = office.issue("room", "seat", "party", MINUTE)
    place = at % len(text)
    changed = text[:place] + to + text[place + 1 :]
    if changed == text or (place == len(text) - 1):  # the last character has bits that mean nothing
        return
    with pytest.raises(TicketRefused):
        office.take(changed)


@given(text=st.text(max_size=200))
def test_no_other_text_is_taken(text: str) -> None:
    with pytest.raises(TicketRefused):
        TicketOffice(b"k" * 32, FixedClock().now).take(text)


def test_a_short_key_is_not_accepted(clock: FixedClock) -> None:
    with pytest.raises(ValueError, match="32"):
        TicketOffice(b"short", clock.now)
