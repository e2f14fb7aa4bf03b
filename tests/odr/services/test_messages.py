"""Who is told what, and where the message leads."""

from uuid import UUID, uuid4

import pytest

from odr.db.evidence import EvidenceItem
from odr.db.outbox import Event
from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.messages import ASIDE, NOTICES, PATHS
from odr.domain.steps import Role
from odr.ports.sms import Sms
from odr.services.guests import GuestService
from odr.services.messages import MessageService
from tests.odr.domain.machines import MACHINES
from tests.support.clock import FixedClock
from tests.support.filings import citizen, open_account
from tests.support.mediations import Reviewed, reviewed, staff, waiting
from tests.support.sittings import open_house

TOLD = sorted(
    {(machine.name, name) for machine in MACHINES for step in machine.steps for name in step.notices}
)


class Telephones:
    """A gateway that keeps what it is given."""

    def __init__(self) -> None:
        self.sent: list[Sms] = []

    async def send(self, sms: Sms) -> None:
        self.sent.append(sms)


@pytest.fixture
def phones() -> Telephones:
    return Telephones()


@pytest.fixture
async def case(database: Database, clock: FixedClock) -> Reviewed:
    return await reviewed(database, clock)


@pytest.fixture
def messages(database: Database, clock: FixedClock, phones: Telephones) -> MessageService:
    return MessageService(database, clock, phones, signature="示范区人民法院", base_url="https://odr.example")


def notice(name: str, subject_id: UUID, case_id: UUID | None, clock: FixedClock) -> Event:
    payload = {"name": name, "subject_id": str(subject_id), "case_id": str(case_id or "")}
    return Event(uuid4(), "notice.send", payload, 1, clock.now())


async def everybody(case: Reviewed) -> dict[str, Actor]:
    """Somebody in every part that a notice may be meant for."""
    now = case.clock.now()
    respondent = await open_account(case.db, "zhao", now)
    people = {
        "respondent": respondent,
        "mediator": await staff(case.db, "+8613800000005", "调解员甲", now, Role.MEDIATOR),
        "confirming": await staff(case.db, "+8613800000008", "法官", now, Role.CONFIRMING_JUDGE),
        "head": await staff(case.db, "+8613800000003", "庭长", now, Role.DIVISION_HEAD),
        "desk": await staff(case.db, "+8613800000004", "专员", now, Role.COORDINATOR, Role.SUPPORT),
    }
    async with case.db.begin() as tx:
        row = await tx.cases.lock(case.case_id)
        assert row
        assert respondent.account_id
        row.mediator_id = people["mediator"].account_id
        row.confirming_judge_id = people["confirming"].account_id
        tx.cases.join(case.case_id, respondent.account_id, Role.RESPONDENT, "B", "赵模拟")
        tx.audit.add(case.judge, "case.join", "case", case.case_id, at=now)
    return people


async def piece(case: Reviewed) -> UUID:
    """A piece of evidence of the applicant's."""
    now = case.clock.now()
    assert case.applicant.account_id
    async with case.db.begin() as tx:
        item = EvidenceItem(
            id=uuid4(),
            case_id=case.case_id,
            side="A",
            number=1,
            object_key="0" * 64,
            shown_key="0" * 64,
            content_type="image/png",
            shown_type="image/png",
            size_bytes=1,
            sha256="0" * 64,
            uploaded_by=case.applicant.account_id,
            uploaded_at=now,
        )
        tx.evidence.add(item)
        tx.audit.add(case.applicant, "evidence.upload", "evidence", item.id, at=now, case_id=case.case_id)
    return item.id


@pytest.mark.parametrize(("machine", "name"), TOLD)
async def test_every_notice_of_every_machine_reaches_somebody(
    machine: str, name: str, case: Reviewed, messages: MessageService
) -> None:
    people = await everybody(case)
    of_person = machine in {"identity", "video_check"}
    subject = case.applicant.account_id if of_person else case.case_id
    if machine == "evidence":
        subject = await piece(case)
    assert subject
    await messages.send_notice(notice(name, subject, None if of_person else case.case_id, case.clock))
    inboxes = [await messages.inbox(one) for one in (case.applicant, case.judge, *people.values())]
    found = [view for inbox in inboxes for view in inbox]
    assert found
    assert all(view.path.startswith("/") for view in found)


async def test_guests_of_a_sitting_hear_when_its_room_opens_and_all_who_were_asked_that_it_is_cancelled(
    database: Database, clock: FixedClock, messages: MessageService, phones: Telephones
) -> None:
    house = await open_house(database, clock)
    guests = GuestService(database, clock, house.media)
    lin = await open_account(database, "sun", clock.now())
    for asker, kind, name in ((house.wang, "helper", "sun"), (house.mo, "witness", "zhang")):
        await guests.invite(asker, house.sitting, kind, citizen(name).name, citizen(name).phone)
    async with database.read() as tx:
        sent = {one.payload["to"]: one.payload["path"] for one in await tx.outbox.pending("sms.send")}
    await guests.answer(lin, sent[citizen("sun").phone].removeprefix("/guests/"), accepts=True)
    for name, asked in (("lobby_open", set()), ("sitting_cancelled", {citizen("zhang").phone})):
        await messages.send_notice(notice(name, house.sitting, house.case_id, clock))
        async with database.read() as tx:
            waits = await tx.outbox.pending("sms.send")
        told = {one.payload["to"]: one.payload["path"] for one in waits if one.payload["template"] == name}
        outside = set(told) - {citizen("wang").phone, citizen("yang").phone}
        assert outside == {citizen("sun").phone} | asked
        assert told[citizen("sun").phone] == f"/sittings/{house.sitting}"
    opened = [view for view in await messages.inbox(lin) if view.path == f"/sittings/{house.sitting}"]
    assert len(opened) == 2


def test_paths_are_given_for_notices_that_exist() -> None:
    assert set(PATHS) <= set(NOTICES) | set(ASIDE)


async def test_a_notice_told_twice_by_the_worker_arrives_once(
    case: Reviewed, messages: MessageService, phones: Telephones
) -> None:
    event = notice("received", case.case_id, case.case_id, case.clock)
    await messages.send_notice(event)
    await messages.send_notice(event)
    [view] = await messages.inbox(case.applicant)
    assert view.new
    assert view.path == f"/cases/{case.case_id}"
    assert "收1号" in view.text.say(lambda text: text)
    [again] = await messages.inbox(case.applicant)
    assert not again.new


async def test_the_telephone_gets_number_and_link_and_nothing_of_the_dispute(
    case: Reviewed, messages: MessageService, phones: Telephones
) -> None:
    await messages.send_notice(notice("supplement_asked", case.case_id, case.case_id, case.clock))
    for event in await waiting(case.db, case.clock.now()):
        if event.kind == "sms.send":
            await messages.send_sms(event)
    [sms] = phones.sent
    assert sms.text.startswith("【示范区人民法院】")
    assert sms.text.endswith(f"https://odr.example/cases/{case.case_id}/supplement")
    assert not any(word in sms.text for word in ("借款", "刘示例", "赵模拟", "50000"))


async def test_staff_are_told_on_the_platform_and_not_by_telephone(
    case: Reviewed, messages: MessageService
) -> None:
    await messages.send_notice(notice("overdue", case.case_id, case.case_id, case.clock))
    [view] = await messages.inbox(case.judge)
    assert view.path == f"/staff/cases/{case.case_id}"
    assert not await case.events("sms.send")


async def test_a_respondent_who_never_came_is_told_by_telephone_that_it_ended(
    case: Reviewed, messages: MessageService
) -> None:
    await messages.send_notice(notice("mediation_ended", case.case_id, case.case_id, case.clock))
    told = {event.payload["to"]: event.payload["path"] for event in await case.events("sms.send")}
    assert told["+8613900000004"] == ""
    assert len(told) == 2
