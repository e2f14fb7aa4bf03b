"""A small court with a filing before its judge, ready to be sent to mediation."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from filing import draft as drafting
from odr.db.outbox import Event
from odr.db.uow import Database
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.steps import Change, Role, Told
from odr.services.own_filings import OwnFilingService
from odr.services.review import ReviewService
from tests.support.clock import FixedClock
from tests.support.filings import citizen, open_account, verify

ANSWERS = {
    "cause": "loan",
    "amount": "50000",
    "plaintiff": "刘示例",
    "defendant": "赵模拟",
    "defendant_phone": "13900000004",
    "claims": "请求判令被告归还借款五万元。",
    "facts": "2025年1月借款，约定一年归还，至今未还。",
}


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A filing in review: who belongs to it, and its judge's service."""

    db: Database
    clock: FixedClock
    case_id: UUID
    applicant: Actor
    judge: Actor
    review: ReviewService

    async def divert(self) -> None:
        """The judge sends it to mediation, with the applicant's consent."""
        await OwnFilingService(self.db, self.clock).consent(self.applicant, self.case_id, granted=True)
        await self.review.divert(self.judge, self.case_id)

    async def state(self, machine: str) -> str | None:
        async with self.db.read() as tx:
            return await tx.states.get(machine, self.case_id)

    async def events(self, kind: str) -> list[Event]:
        """The waiting events of a kind, not taken: with a lease that ends at once."""
        return [event for event in await waiting(self.db, self.clock.now()) if event.kind == kind]


async def waiting(db: Database, now: datetime) -> list[Event]:
    async with db.read() as tx:
        return await tx.outbox.take(now, now - now, limit=500)


async def reviewed(db: Database, clock: FixedClock, **answers: str) -> Reviewed:
    """A loan case of Liu against Zhao, claimed by its judge, the seven days running."""
    now = clock.now()
    judge = await staff(db, "+8613800000001", "立案法官甲", now, Role.FILING_JUDGE)
    applicant = await open_account(db, "liu", now)
    await verify(db, applicant, "liu", now)
    assert applicant.account_id
    async with db.begin() as tx:
        case = tx.cases.open(applicant.account_id, now, cause="loan", amount_fen=50_000_00)
        case.number, case.judge_id, case.first_submitted_at = "收1号", judge.account_id, now
        await tx.flush()
        owner = await tx.cases.participant(case.id, applicant.account_id)
        assert owner
        owner.name = citizen("liu").name
        tx.drafts.add(case.id, now, answers=drafting.dump(typed({**ANSWERS, **answers})))
        submitted = Change(
            "filing",
            case.id,
            case.id,
            "submit",
            None,
            "in_review",
            Role.APPLICANT,
            now,
            ("R-05",),
            told=Told.CASE,
        )
        await tx.record(applicant, submitted)
    return Reviewed(db, clock, case.id, applicant, judge, ReviewService(db, clock, "示0108"))


def typed(answers: dict[str, str]) -> drafting.Draft:
    draft = drafting.Draft()
    for question, value in answers.items():
        draft = draft.typed(question, value)
    return draft


async def staff(db: Database, phone: str, name: str, now: datetime, *roles: Role) -> Actor:
    """A member of the court or a mediator, if the number is not somebody's already."""
    async with db.begin() as tx:
        account = await tx.accounts.by_phone(phone)
        if account is None:
            account = tx.accounts.add(phone, now, name)
            await tx.flush()
            for role in roles:
                tx.accounts.give_role(account.id, role)
        tx.audit.add(PLATFORM, "account.appoint", "account", account.id, at=now)
    return Actor(account.id, frozenset(roles))
