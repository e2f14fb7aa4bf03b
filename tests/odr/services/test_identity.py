"""Knowing a person: staff, other papers, the register, consent and its withdrawal."""

from dataclasses import replace

import pytest

from filing.lines import Field, Kind, Reading
from filing.liveness import Reason, Verdict
from filing.reading import BOTH_SIDES
from odr.adapters.network_identity.sandbox import SandboxNetworkIdentity
from odr.db.identity import Identity
from odr.db.outbox import Event
from odr.db.uow import Database
from odr.db.vault import Vault
from odr.domain.accounts import Actor
from odr.domain.agents import Acts
from odr.domain.identity import CONSENT_VERSION, FRONT_FIELDS, MOST_CHALLENGES, Shown
from odr.domain.steps import Role
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted, TooMany, Unavailable
from odr.ports.register import RegisterAnswer, RegisterOutcome, RegisterQuery
from odr.services.drafts import DraftService
from odr.services.identity import IdentityService
from odr.services.staff_checks import StaffCheckService
from tests.support.clock import FixedClock
from tests.support.files import MemoryObjects, PlannedReader
from tests.support.filings import citizen, open_account

WU = citizen("wu")
CARD = Reading(  # of both sides at once
    Kind.ID_FRONT, {"name": Field(WU.name, 0.99, None), "authority": Field("样例县公安局", 0.99, None)}
)


class PlannedRegister:
    """Answers as planned, in order; an error is raised."""

    def __init__(self, *answers: RegisterOutcome | type[Exception]) -> None:
        self.answers, self.asked = list(answers), list[RegisterQuery]()

    async def compare(self, query: RegisterQuery) -> RegisterAnswer:
        self.asked.append(query)
        answer = self.answers.pop(0)
        if isinstance(answer, RegisterOutcome):
            return RegisterAnswer(answer, f"receipt {len(self.asked)}")
        raise answer


class PlannedJudge(PlannedReader):
    """Judges captures as planned, in order."""

    def __init__(self, *verdicts: Verdict) -> None:
        super().__init__(CARD)
        self.verdicts = list(verdicts)

    async def judge_liveness(self, *_: object) -> Verdict:
        return self.verdicts.pop(0)


class Office:
    """A person, a member of staff, and the register."""

    def __init__(self, db: Database, clock: FixedClock, wu: Actor, staff: Actor) -> None:
        self.db, self.clock, self.wu, self.staff = db, clock, wu, staff
        self.register = PlannedRegister(RegisterOutcome.MATCH)
        self.reader = PlannedReader(CARD)
        self.objects = MemoryObjects()
        self.vault = Vault(db, self.objects, bytes(32))
        self.identity = IdentityService(
            db,
            clock,
            vault=self.vault,
            reader=self.reader,  # type: ignore[arg-type]  # no faces here
            register=self.register,
        )
        self.checks = StaffCheckService(db, clock, self.vault)

    async def row(self) -> Identity:
        assert self.wu.account_id
        async with self.db.read() as tx:
            row = await tx.identities.get(self.wu.account_id)
            assert row
            return row

    async def state(self) -> str:
        return (await self.identity.show(self.wu)).state

    async def decide(self, *, same: bool, note: str = "") -> None:
        assert self.wu.account_id
        await self.checks.decide(self.staff, self.wu.account_id, same=same, note=note)

    async def events(self, kind: str) -> list[Event]:
        async with self.db.read() as tx:
            return list(await tx.outbox.pending(kind))

    async def card(self) -> None:
        """Both sides photographed and every field confirmed."""
        for side in ("front", "back"):
            await self.identity.read_card(self.wu, side, side.encode())
        await self.confirm()

    async def confirm(self, picked: tuple[str, ...] = ()) -> None:
        fields = {name: getattr(WU, name) for name in FRONT_FIELDS}
        dates = {"authority": "样例县公安局", "valid_from": "2016-01-30", "valid_to": "长期"}
        await self.identity.confirm_card(self.wu, fields | dates, picked)

    async def verified(self) -> None:
        """By staff and the register, after the photos were taken."""
        await self.confirm()
        await self.identity.ask_staff(self.wu, "counter")
        await self.decide(same=True)
        for event in await self.events("identity.ask_register"):
            await self.identity.ask_register(event)


DISPUTED = Reading(  # the number says another day of birth than the print
    Kind.ID_FRONT,
    {
        "name": Field(WU.name, 0.99, None),
        "authority": Field("样例县公安局", 0.99, None),
        "birth": Field(WU.birth, 0.5, None, rivals=(Field("1969-04-14", 0.5, None),)),
    },
)


@pytest.fixture
async def office(database: Database, clock: FixedClock) -> Office:
    wu = await open_account(database, "wu", clock.now())
    staff = replace(await open_account(database, "sun", clock.now()), staff_roles=frozenset({Role.SUPPORT}))
    return Office(database, clock, wu, staff)


async def test_without_an_id_card_the_household_register_leads_through_staff_to_the_register(
    office: Office,
) -> None:
    shown = Shown("household_register", WU.name, WU.id_number)
    await office.identity.ask_staff(office.wu, "counter", shown)
    (waiting,) = await office.checks.queue(office.staff)
    assert (waiting.name, waiting.document, waiting.card) == (WU.name, "household_register", False)
    await office.decide(same=True)
    assert await office.state() == "person_matched"
    (event,) = await office.events("identity.ask_register")
    await office.identity.ask_register(event)
    assert office.register.asked[0].id_number == WU.id_number
    assert await office.state() == "verified"


async def test_a_passport_is_verified_by_staff_alone_and_the_register_is_not_asked(office: Office) -> None:
    await office.identity.ask_staff(office.wu, "video", Shown("passport", "Anna O'Neill-Smith", "e 1234567"))
    await office.decide(same=True)
    assert await office.state() == "verified"
    assert await office.events("identity.ask_register") == []
    assert (await office.row()).document_number == "E1234567"


@pytest.mark.parametrize(
    ("shown", "field"),
    [
        (Shown("library_card", WU.name, "12345"), "document"),
        (Shown("passport", "", "E1234567"), "name"),
        (Shown("passport", "Anna", "E1"), "number"),
        (Shown("household_register", WU.name, WU.id_number[:-1] + "0"), "number"),
        (None, "document"),
    ],
)
async def test_what_cannot_be_a_paper_is_refused_with_its_field(
    office: Office, shown: Shown | None, field: str
) -> None:
    if shown and shown.number == WU.id_number:
        pytest.skip("the check digit of this citizen is 0")
    with pytest.raises(BadInput) as refused:
        await office.identity.ask_staff(office.wu, "counter", shown)
    assert refused.value.field == field


async def test_only_staff_decides_with_a_reason_for_a_no_and_nobody_checks_himself(office: Office) -> None:
    await office.identity.ask_staff(office.wu, "counter", Shown("passport", "Anna", "E1234567"))
    assert office.staff.account_id
    assert office.wu.account_id
    with pytest.raises(NotPermitted):
        await office.checks.decide(office.wu, office.staff.account_id, same=True, note="")
    with pytest.raises(BadInput):
        await office.decide(same=False)
    himself = replace(office.wu, staff_roles=frozenset({Role.SUPPORT}))
    with pytest.raises(NotAllowed):
        await office.checks.decide(himself, office.wu.account_id, same=True, note="")
    await office.decide(same=False, note="照片不是本人")
    assert await office.state() == "mismatch"
    assert (await office.identity.show(office.wu)).staff_note == "照片不是本人"


async def test_a_register_that_is_away_is_asked_again_and_both_results_are_kept_apart(office: Office) -> None:
    office.register.answers = [Unavailable, RegisterOutcome.MISMATCH]
    await office.card()
    await office.identity.ask_staff(office.wu, "counter")
    await office.decide(same=True)
    (event,) = await office.events("identity.ask_register")
    with pytest.raises(Unavailable):
        await office.identity.ask_register(event)
    assert await office.state() == "person_matched"  # nothing is lost, nothing decided
    office.clock.advance(minutes=1)
    await office.identity.ask_register(event)
    row = await office.row()
    assert await office.state() == "mismatch"
    assert (row.staff_same, row.register_outcome, row.register_reference) == (True, "mismatch", "receipt 2")
    assert row.staff_at
    assert row.register_at
    assert row.staff_at < row.register_at
    assert [query.key for query in office.register.asked] == [str(event.id)] * 2  # one question, twice


async def test_consent_keeps_version_and_time_and_its_withdrawal_closes_the_camera(office: Office) -> None:
    await office.card()
    await office.identity.consent(office.wu, granted=True)
    view = await office.identity.show(office.wu)
    assert (view.consented, view.consent_version, view.consent_at) == (
        True,
        CONSENT_VERSION,
        office.clock.now(),
    )
    await office.identity.challenge(office.wu)
    async with office.db.begin() as tx:
        row = await tx.identities.lock(office.wu.account_id)  # type: ignore[arg-type]  # signed in
        row.face_distance, row.face_at = 0.41, office.clock.now()
        tx.audit.add(office.wu, "face.result", "identity", row.account_id, at=office.clock.now())
    office.clock.advance(days=3)
    await office.identity.consent(office.wu, granted=False)
    row = await office.row()
    assert (row.challenge, row.face_distance) == ({}, None)  # what the face left is gone
    assert row.face_at is not None  # that it was compared stays known
    assert row.consent_withdrawn_at == office.clock.now()
    with pytest.raises(NotAllowed, match="agreed"):
        await office.identity.challenge(office.wu)
    await office.identity.ask_staff(office.wu, "video")
    assert await office.state() == "manual_review"


async def test_pictures_that_tell_nothing_cost_no_try(office: Office) -> None:
    await office.card()
    await office.identity.consent(office.wu, granted=True)
    tries = {
        (Reason.TIMES,): 3,
        (Reason.WEAK_LIGHT,): 3,
        (Reason.NOT_BLINKED,): 2,
        (Reason.WEAK_LIGHT, Reason.NOT_BLINKED): 1,
        (Reason.NOT_ON_CARD,): 0,
    }
    office.identity._reader = PlannedJudge(*map(Verdict, tries))  # type: ignore[assignment]  # no faces here
    for reasons, left in tries.items():
        asked = await office.identity.challenge(office.wu)
        office.clock.advance(milliseconds=asked.length_ms)
        outcome = await office.identity.check_face(office.wu, asked.nonce, [(b"", 0)])
        assert (outcome.tries_left, outcome.reasons) == (left, tuple(one.words for one in reasons))
        assert outcome.spared == (left == 3)
        assert ((await office.row()).face_at is None) == (left == 3)  # nothing was compared
    assert await office.state() == "mismatch"


async def test_frames_are_not_here_sooner_than_the_challenge_takes(office: Office) -> None:
    await office.card()
    await office.identity.consent(office.wu, granted=True)
    office.identity._reader = PlannedJudge(Verdict((Reason.NOT_BLINKED,)))  # type: ignore[assignment]
    asked = await office.identity.challenge(office.wu)
    office.clock.advance(milliseconds=asked.length_ms - 1)
    with pytest.raises(NotAllowed, match="came sooner"):
        await office.identity.check_face(office.wu, asked.nonce, [(b"", 0)])
    office.clock.advance(milliseconds=1)
    with pytest.raises(NotAllowed, match="came sooner"):  # than the times that they claim
        await office.identity.check_face(office.wu, asked.nonce, [(b"", asked.length_ms + 1)])
    assert (await office.row()).tries == 0  # nothing was judged
    outcome = await office.identity.check_face(office.wu, asked.nonce, [(b"", asked.length_ms)])
    assert outcome.tries_left == 2


async def test_nobody_draws_challenges_until_one_suits_him(office: Office) -> None:
    await office.card()
    for _ in range(MOST_CHALLENGES):
        await office.identity.consent(office.wu, granted=True)
        await office.identity.challenge(office.wu)
        await office.identity.consent(office.wu, granted=False)  # does not begin the count anew
    await office.identity.consent(office.wu, granted=True)
    await office.card()
    assert (await office.identity.show(office.wu)).tries_left == 0
    with pytest.raises(TooMany, match="too often today"):
        await office.identity.challenge(office.wu)
    office.clock.advance(days=1, minutes=1)
    assert (await office.identity.show(office.wu)).tries_left == 3
    await office.identity.challenge(office.wu)


async def test_new_photos_do_not_give_new_tries_before_the_next_day(office: Office) -> None:
    await office.card()
    async with office.db.begin() as tx:
        row = await tx.identities.lock(office.wu.account_id)  # type: ignore[arg-type]  # signed in
        row.tries, row.face_at = 3, office.clock.now()
        tx.audit.add(office.wu, "face.result", "identity", row.account_id, at=office.clock.now())
    await office.card()
    assert (await office.identity.show(office.wu)).tries_left == 0
    office.clock.advance(days=1, minutes=1)
    await office.card()
    assert (await office.identity.show(office.wu)).tries_left == 3


async def test_where_the_card_says_two_things_nothing_counts_before_the_person_has_chosen(
    office: Office,
) -> None:
    office.identity._reader = PlannedReader(DISPUTED)  # type: ignore[assignment]  # no faces here
    with pytest.raises(BadInput, match="two things") as refused:
        await office.card()
    assert refused.value.field == "birth"
    assert await office.state() == "card_read"
    await office.confirm(picked=("birth",))
    assert await office.state() == "confirmed"


async def test_a_network_certificate_verifies_once_and_no_number_is_asked_for(
    office: Office,
) -> None:
    network = SandboxNetworkIdentity(b"s" * 32, office.clock.now)
    office.identity._network = network
    certificate = network.issue("wu")
    await office.identity.use_network(office.wu, certificate)
    assert await office.state() == "verified"
    row = await office.row()
    assert (row.name, row.id_number, bool(row.network_number)) == (WU.name, "", True)
    assert await office.events("identity.ask_register") == []
    drafts = DraftService(office.db, office.clock)
    case = await drafts.start(office.wu, {"plaintiff_kind": "person"})
    await drafts.save(office.wu, case, "plaintiff_kind", "person")
    assert (await drafts.question(office.wu, case, "plaintiff_paper")).value == "network"
    missing = {one.question.id for one in (await drafts.overview(office.wu, case)).missing}
    assert not {"plaintiff", "plaintiff_paper", "plaintiff_id", "plaintiff_paper_number"} & missing
    with pytest.raises(BadInput, match="used already"):
        await office.identity.use_network(office.staff, certificate)


async def test_a_network_identity_that_was_only_chosen_answers_nothing(office: Office) -> None:
    network = SandboxNetworkIdentity(b"s" * 32, office.clock.now)
    office.identity._network = network
    drafts = DraftService(office.db, office.clock)
    case = await drafts.start(office.wu, {})
    await drafts.save(office.wu, case, "plaintiff_kind", "person")
    await drafts.save(office.wu, case, "plaintiff_paper", "network")
    page = await drafts.question(office.wu, case, "plaintiff_paper")
    assert (page.value, page.unproved) == ("", True)
    assert "plaintiff_paper" in {one.question.id for one in (await drafts.overview(office.wu, case)).missing}
    await office.identity.use_network(office.wu, network.issue("wu"))
    page = await drafts.question(office.wu, case, "plaintiff_paper")
    assert (page.value, page.unproved) == ("network", False)


async def test_the_network_identity_of_an_agent_does_not_stand_for_his_client(office: Office) -> None:
    network = SandboxNetworkIdentity(b"s" * 32, office.clock.now)
    office.identity._network = network
    await office.identity.use_network(office.wu, network.issue("wu"))
    drafts = DraftService(office.db, office.clock)
    case = await drafts.start(office.wu, {}, acts=Acts.AGENT)
    await drafts.save(office.wu, case, "plaintiff_kind", "person")
    await drafts.save(office.wu, case, "plaintiff_paper", "network")
    assert (await drafts.question(office.wu, case, "plaintiff_paper")).unproved


async def test_a_court_without_the_network_service_offers_the_other_ways(office: Office) -> None:
    assert office.identity.network_address("/me/identity/network") == ""
    with pytest.raises(NotFound):
        await office.identity.use_network(office.wu, "anything")


BOTH = Reading(
    Kind.ID_FRONT,
    {"name": Field(WU.name, 0.99, None)},
    (BOTH_SIDES,),
    beside=Reading(Kind.ID_BACK, {"authority": Field("样例县公安局", 0.99, None)}),
)


async def test_a_sheet_with_both_sides_is_sent_once_and_each_may_be_taken_again(office: Office) -> None:
    office.reader.reading = BOTH
    await office.identity.read_card(office.wu, "front", b"sheet")
    view = await office.identity.show(office.wu)
    assert (view.front_taken, view.back_taken, view.warnings.count(BOTH_SIDES)) == (True, True, 1)
    said = {field.name: (field.side, field.value) for field in view.fields if field.value}
    assert said == {"name": ("front", WU.name), "authority": ("back", "样例县公安局")}
    assert len(office.objects.kept) == 2

    # the back alone, later: the front keeps its photo, and a sheet sent for the front leaves this back
    office.reader.reading = Reading(Kind.ID_BACK, {"authority": Field("样例市公安局", 0.99, None)})
    await office.identity.read_card(office.wu, "back", b"back")
    office.reader.reading = BOTH
    await office.identity.read_card(office.wu, "front", b"sheet again")
    fields = {field.name: field.value for field in (await office.identity.show(office.wu)).fields}
    assert (fields["name"], fields["authority"]) == (WU.name, "样例市公安局")
    assert len(office.objects.kept) == 2
