"""Knowing a person: the card, the face or a member of staff, then the register.

Rule 1: the two checks are separate facts; either one that fails stops the way and is explained.
Rule 2: the staff check is of equal rank with the face (PIPL 16, 29): it can be asked for at any point.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from filing.identifiers import id_number
from odr.domain.steps import Machine, Reason, Role, Step, Told
from odr.errors import BadInput, NotAllowed

FACE_TRIES: Final = 3
TRIES_KEPT: Final = timedelta(days=1)
MOST_CHALLENGES: Final = 10  # drawn in that time: whoever might draw on would wait for one he has a film of
CHALLENGE_LIFETIME: Final = timedelta(minutes=10)  # from the page to its frames: people read slowly
FRONT_FIELDS: Final = ("name", "sex", "nation", "birth", "address", "id_number")
BACK_FIELDS: Final = ("authority", "valid_from", "valid_to")
CONSENT_VERSION: Final = "2026-11"  # of the words by which the person agrees to the comparison of faces
_NAME: Final = re.compile(r"[^\W\d_]+(?:[·•．.][^\W\d_]+)*")
DOOR_TOKEN_LIFETIME: Final = timedelta(minutes=15)  # verified again at mediation, signing, hearing (OLR 7)


class State(StrEnum):
    CARD_READ = "card_read"
    CONFIRMED = "confirmed"
    MANUAL_REVIEW = "manual_review"
    PERSON_MATCHED = "person_matched"  # by face or by staff; the register is asked now
    VERIFIED = "verified"
    MISMATCH = "mismatch"
    LOCKED = "locked"  # three faces failed: only a member of staff can go on


class Action(StrEnum):
    READ_CARD = "read_card"
    CONFIRM_CARD = "confirm_card"
    MATCH_FACE = "match_face"
    FAIL_FACE = "fail_face"
    REFER_FACE = "refer_face"
    LOCK = "lock"
    ASK_STAFF = "ask_staff"
    STAFF_MATCH = "staff_match"
    STAFF_VERIFY = "staff_verify"  # by a paper that the population register does not know
    STAFF_REFUSE = "staff_refuse"
    NETWORK_VERIFY = "network_verify"  # by the national network identity service (网号, 网证)
    REGISTER_MATCH = "register_match"
    REGISTER_REFUSE = "register_refuse"


class StaffWay(StrEnum):
    """How a member of staff looks at the person; of equal rank."""

    VIDEO = "video"
    COUNTER = "counter"


class Document(StrEnum):
    """What may be shown to our staff where there is no ID card at hand."""

    HOUSEHOLD_REGISTER = "household_register"  # 户口簿
    TEMPORARY_CARD = "temporary_card"  # 临时居民身份证
    PASSPORT = "passport"
    PERMIT = "permit"  # of residence or travel; foreign permanent residents


WITH_ID_NUMBER: Final = frozenset({Document.HOUSEHOLD_REGISTER, Document.TEMPORARY_CARD})
_SPACED_NAME: Final = re.compile(r"[^\W\d_]+(?:[·•．. '-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Shown:
    """The paper that the person will show instead of the card."""

    document: str
    name: str
    number: str

    @property
    def id_number(self) -> str:
        """The citizen's number, where this kind of paper holds it: then the population register is asked."""
        return self.number if self.document in WITH_ID_NUMBER else ""


@dataclass(frozen=True, slots=True)
class IdentityFacts:
    """What is known when a step is asked for. `consented` is the separate consent to face data."""

    both_sides_read: bool = False
    fields_valid: bool = False
    consented: bool = False
    face_same: bool | None = None
    tries: int = 0
    staff_same: bool | None = None
    in_register: bool = True  # a citizen's number is known: the population register can be asked
    register_match: bool | None = None
    network_number: str = ""


def _both_sides(facts: IdentityFacts) -> Reason | None:
    if not facts.both_sides_read:
        return Reason("Please photograph both sides of the card first.", "S-031")
    return None if facts.fields_valid else Reason("Some fields of the card do not fit together yet.")


def _face_good(facts: IdentityFacts) -> Reason | None:
    if not facts.consented:
        return Reason("The face is compared only after you agreed to it.", "PIPL 29")
    if facts.tries > FACE_TRIES:
        return Reason("Three tries are over; please ask a member of staff.", "S-036")
    return None if facts.face_same else Reason("The face in the camera is not the face on the card.")


def _staff_good(facts: IdentityFacts) -> Reason | None:
    return None if facts.staff_same else Reason("The member of staff did not confirm the person.")


def _near(facts: IdentityFacts) -> Reason | None:
    """Between sure and refused: neither the same nor another."""
    if not facts.consented:
        return Reason("The face is compared only after you agreed to it.", "PIPL 29")
    return None if facts.face_same is None else Reason("The comparison of the face is decided already.")


def _only_by_staff(facts: IdentityFacts) -> Reason | None:
    if facts.in_register:
        return Reason("The population register must be asked for this person.", "S-035")
    return _staff_good(facts)


def _register_good(facts: IdentityFacts) -> Reason | None:
    if not (facts.face_same or facts.staff_same):
        return Reason("The first check has not been passed.")
    return None if facts.register_match else Reason("The register does not confirm this person.")


def _network_good(facts: IdentityFacts) -> Reason | None:
    return None if facts.network_number else Reason("The network identity service has not confirmed you.")


def _tries_over(facts: IdentityFacts) -> Reason | None:
    return None if face_failed(facts) else Reason("There are tries left.")


_SELF = frozenset({Role.APPLICANT})
_PLATFORM = frozenset({Role.CLOCK})
CHECKERS: Final = (Role.COORDINATOR, Role.SUPPORT, Role.FILING_JUDGE)
_COUNTER = frozenset(CHECKERS)
_S, _A = State, Action
_TOLD: Final = ("identity_verified",)

MACHINE: Final[Machine[IdentityFacts]] = Machine(
    "identity",
    (
        Step(None, _A.READ_CARD, _SELF, _S.CARD_READ),
        Step(_S.CARD_READ, _A.READ_CARD, _SELF, _S.CARD_READ),
        Step(_S.CONFIRMED, _A.READ_CARD, _SELF, _S.CARD_READ),
        Step(_S.MISMATCH, _A.READ_CARD, _SELF, _S.CARD_READ),
        Step(_S.CARD_READ, _A.CONFIRM_CARD, _SELF, _S.CONFIRMED, _both_sides),
        Step(_S.CONFIRMED, _A.MATCH_FACE, _SELF, _S.PERSON_MATCHED, _face_good),
        Step(_S.CONFIRMED, _A.FAIL_FACE, _SELF, _S.MISMATCH),
        Step(_S.CONFIRMED, _A.REFER_FACE, _SELF, _S.MANUAL_REVIEW, _near, notices=("staff_check_asked",)),
        *(
            Step(state, _A.LOCK, _SELF | _PLATFORM, _S.LOCKED, _tries_over, notices=("identity_locked",))
            for state in (_S.CONFIRMED, _S.MISMATCH)
        ),
        *(
            Step(state, _A.ASK_STAFF, _SELF, _S.MANUAL_REVIEW, notices=("staff_check_asked",))
            for state in (None, _S.CARD_READ, _S.CONFIRMED, _S.MISMATCH, _S.LOCKED)
        ),
        *(
            Step(state, _A.NETWORK_VERIFY, _SELF, _S.VERIFIED, _network_good, notices=_TOLD)
            for state in (None, _S.CARD_READ, _S.CONFIRMED, _S.MISMATCH, _S.LOCKED)
        ),
        Step(_S.MANUAL_REVIEW, _A.STAFF_MATCH, _COUNTER, _S.PERSON_MATCHED, _staff_good),
        Step(_S.MANUAL_REVIEW, _A.STAFF_VERIFY, _COUNTER, _S.VERIFIED, _only_by_staff, notices=_TOLD),
        Step(_S.MANUAL_REVIEW, _A.STAFF_REFUSE, _COUNTER, _S.MISMATCH, notices=("identity_mismatch",)),
        Step(_S.PERSON_MATCHED, _A.REGISTER_MATCH, _PLATFORM, _S.VERIFIED, _register_good, notices=_TOLD),
        Step(_S.PERSON_MATCHED, _A.REGISTER_REFUSE, _PLATFORM, _S.MISMATCH, notices=("identity_mismatch",)),
    ),
    final=frozenset({_S.VERIFIED}),
    told=Told.PERSON,
)


def face_failed(facts: IdentityFacts) -> bool:
    """Whether the face way is closed now: after three tries a member of staff looks."""
    return facts.tries >= FACE_TRIES


def forgotten(last_try: datetime | None, now: datetime) -> bool:
    """Whether earlier tries count no more: new photos alone do not open the face way again."""
    return last_try is None or now - last_try > TRIES_KEPT


def may_draw(drawn: int, since: datetime | None, now: datetime) -> bool:
    """Whether another challenge is drawn for somebody who had `drawn` of them since then."""
    return drawn < MOST_CHALLENGES or forgotten(since, now)


def challenge_open(issued_at: datetime, now: datetime) -> bool:
    """Whether frames for a challenge issued then are still taken."""
    return timedelta(0) <= now - issued_at <= CHALLENGE_LIFETIME


def could_be_done(issued_at: datetime, now: datetime, *lengths_ms: int) -> bool:
    """Whether so much time has passed since the challenge was drawn as it takes, and as the frames claim.

    The times of the frames are the page's word alone; that the frames are here is the server's.
    """
    return now - issued_at >= timedelta(milliseconds=max(lengths_ms))


def check_card(fields: Mapping[str, str], today: date) -> None:
    """Raise BadInput at the first field that cannot be right (GB 11643, dates, validity)."""
    if not _NAME.fullmatch(fields["name"]):
        raise BadInput("Please write the name as it stands on the card.", field="name")
    number = id_number(fields["id_number"])
    if number is None:
        raise BadInput("The ID number has a mistake: its check digit does not fit.", field="id_number")
    if number.birth.isoformat() != fields["birth"]:
        raise BadInput("The date of birth and the ID number do not fit together.", field="birth")
    if number.sex != fields["sex"]:
        raise BadInput("The sex and the ID number do not fit together.", field="sex")
    if not fields["address"]:
        raise BadInput("Please write the address as it stands on the card.", field="address")
    begins, ends = _day(fields["valid_from"]), _day(fields["valid_to"])
    if begins is None or begins > today:
        raise BadInput("Please check the day from which the card is valid.", field="valid_from")
    if fields["valid_to"] != "长期" and (ends is None or ends <= begins):
        raise BadInput("Please check the day until which the card is valid.", field="valid_to")
    if ends is not None and ends < today:
        raise BadInput("This card has expired. Please use a valid card or ask our staff.", field="valid_to")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a member of staff saw: the person of the card or paper, or not; `seen` is how."""

    same: bool
    note: str
    seen: StaffWay


def check_verdict(verdict: Verdict, *, own: bool) -> None:
    """Raise in the words of the member of staff unless it can be recorded; `own`: of his own identity."""
    if not verdict.same and not verdict.note:
        raise BadInput("Please write why; the person reads it.", field="note")
    if own:
        raise NotAllowed("Nobody checks himself.")


def check_shown(shown: "Shown") -> "Shown":
    """The paper as it will be shown, tidied; BadInput where it cannot be one."""
    name, number = shown.name.strip(), shown.number.upper().replace(" ", "")
    if shown.document not in set(Document):
        raise BadInput("Please choose the paper that you will show.", field="document")
    if not _SPACED_NAME.fullmatch(name):
        raise BadInput("Please write the name as it stands on the paper.", field="name")
    if shown.document in WITH_ID_NUMBER and id_number(number) is None:
        raise BadInput("The ID number has a mistake: its check digit does not fit.", field="number")
    if not 5 <= len(number) <= 20 or not number.isalnum():
        raise BadInput("Please write the number of the paper.", field="number")
    return Shown(shown.document, name, number)
