"""One unit of work: rows, states, audit and outbox of a single act, committed together or not at all.

Rule 1: no outside call inside it.
Rule 2: a transaction that changes something without an audit entry does not commit.
"""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy import event, text
from sqlalchemy.exc import NoResultFound, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import Session

from odr.db.accounts import AccountRows
from odr.db.agents import AgentRows
from odr.db.agreements import AgreementRows
from odr.db.audit import AuditRows, Discreet
from odr.db.base import Base, make_engine
from odr.db.cases import CaseRows
from odr.db.chat import ChatRows
from odr.db.clocks import ClockRows
from odr.db.comparisons import ComparisonRows
from odr.db.confirmation import ConfirmationRows
from odr.db.delivery import DeliveryRows
from odr.db.documents import DocumentRows
from odr.db.drafts import DraftRows
from odr.db.evidence import EvidenceRows
from odr.db.exhibits import ExhibitRows
from odr.db.grievances import GrievanceRows
from odr.db.guests import GuestRows
from odr.db.identity import IdentityRows
from odr.db.ledger import LogRows
from odr.db.lines import LineRows
from odr.db.mediation import MediationRows
from odr.db.mediators import MediatorRows
from odr.db.messages import MessageRows
from odr.db.minutes import MinutesRows
from odr.db.offers import OfferRows
from odr.db.originals import OriginalRows
from odr.db.outbox import OutboxRows
from odr.db.payments import PaymentRows
from odr.db.pushes import PushRows
from odr.db.recordings import RecordingRows
from odr.db.review import ReviewRows
from odr.db.sandbox import SandboxRows
from odr.db.sealed import SealedRows
from odr.db.signatures import SignatureRows
from odr.db.sittings import SittingRows
from odr.db.statements import StatementRows
from odr.db.states import StateRows
from odr.db.support import SupportRows
from odr.db.surveys import SurveyRows
from odr.db.video_checks import VideoCheckRows
from odr.domain.accounts import Actor
from odr.domain.cascades import LATER
from odr.domain.papers import PaperOrder
from odr.domain.steps import Change, Role, Told
from odr.errors import NotFound


class Unaudited(RuntimeError):
    """A service changed rows and left no trace: a defect, not a user's error."""


class Untold(RuntimeError):
    """A service moved what not everybody may know of, saying nobody who may: a defect, not a user's error."""


class Tx:
    """The rows of one transaction, a repository a subject."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self.accounts = AccountRows(session)
        self.agents = AgentRows(session)
        self.agreements = AgreementRows(session)
        self.audit = AuditRows(session)
        self.cases = CaseRows(session)
        self.chat = ChatRows(session)
        self.clocks = ClockRows(session)
        self.comparisons = ComparisonRows(session)
        self.confirmations = ConfirmationRows(session)
        self.deliveries = DeliveryRows(session)
        self.documents = DocumentRows(session)
        self.drafts = DraftRows(session)
        self.evidence = EvidenceRows(session)
        self.exhibits = ExhibitRows(session)
        self.grievances = GrievanceRows(session)
        self.guests = GuestRows(session)
        self.identities = IdentityRows(session)
        self.lines = LineRows(session)
        self.log = LogRows(session)
        self.offers = OfferRows(session)
        self.originals = OriginalRows(session)
        self.outbox = OutboxRows(session)
        self.mediations = MediationRows(session)
        self.mediators = MediatorRows(session)
        self.messages = MessageRows(session)
        self.minutes = MinutesRows(session)
        self.payments = PaymentRows(session)
        self.pushes = PushRows(session)
        self.recordings = RecordingRows(session)
        self.review = ReviewRows(session)
        self.sandbox = SandboxRows(session)
        self.sealed = SealedRows(session)
        self.signatures = SignatureRows(session)
        self.sittings = SittingRows(session)
        self.statements = StatementRows(session)
        self.states = StateRows(session)
        self.support = SupportRows(session)
        self.surveys = SurveyRows(session)
        self.video_checks = VideoCheckRows(session)

    async def flush(self) -> None:
        """Send what was added so far, so that rows may refer to it."""
        await self._session.flush()

    async def record(
        self,
        actor: Actor,
        *changes: Change,
        papers: Iterable[PaperOrder] = (),
        within: Discreet | None = None,
    ) -> None:
        """Write what `advance` and the cascades decided: states, history, outbox, audit and news together.

        `papers` are those that the changes' `documents` call for; they belong to the first change's case.
        `within`: to whom alone the changes are told; what is not for everybody is not written without it.
        """
        details = {"audience": within.audience, **within.details} if within else {}
        for paper in papers:
            self.order_paper(paper, changes[0].case_id, changes[0].at)
        for change in changes:
            if change.told is Told.CHOSEN and within is None:
                raise Untold(f"{change.machine}.{change.action} does not say who hears of it")
            await self.states.apply(change)
            self.audit.add(
                actor,
                f"{change.machine}.{change.action}",
                change.machine,
                change.subject_id,
                at=change.at,
                case_id=change.case_id,
                role=change.role.value,
                source=change.source or "",
                target=change.target,
                **details,
            )
            subject_id, case_id = str(change.subject_id), str(change.case_id or "")
            for rule in change.stops:
                await self.clocks.stop(rule, change.subject_id, change.at)
            for rule in change.pauses:
                await self.clocks.pause(rule, change.subject_id, change.at)
            for rule in change.resumes:
                await self.clocks.resume(rule, change.subject_id, change.at)
            for rule in change.starts:
                self.clocks.start(rule, change.subject_id, change.case_id, change.at)
            for name in change.notices:
                self.outbox.add(
                    "notice.send", at=change.at, name=name, subject_id=subject_id, case_id=case_id
                )
            for kind in LATER.get((change.machine, change.action), ()):
                self.outbox.add(kind, at=change.at, subject_id=subject_id, case_id=case_id)
            await self._tell_pages(change, within.accounts if within else None)

    async def name_agents(self) -> None:
        """Say of each act that an agent did in a case that he did it as agent, and for which side."""
        for entry, case_id, actor_id in self.audit.of_persons():
            row = await self.cases.ever(case_id, actor_id)
            if row is not None and row.role == Role.AGENT:
                self.audit.acts_for(entry, Role.AGENT, row.side)

    def order_paper(self, paper: PaperOrder, case_id: UUID | None, at: datetime) -> UUID:
        """Have a paper typeset and filed after the commit; the id of the event that will do it."""
        return self.outbox.add(
            "document.issue",
            at=at,
            paper=paper.kind,
            content=dict(paper.content),
            audience=paper.audience,
            case_id=str(case_id or ""),
            proves=str(paper.proves or ""),
        )

    async def tell_case(self, case_id: UUID, machine: str, at: datetime, *, call: bool = False) -> None:
        """News for the open pages of everybody of the case; `call`: they are asked to look now."""
        news = {"case": str(case_id), "machine": machine, **({"call": True} if call else {})}
        for account_id in await self.cases.people(case_id):
            self.pushes.add(account_id, "changed", news, at)

    async def _tell_pages(self, change: Change, people: Iterable[UUID] | None) -> None:
        news = {"case": str(change.case_id or ""), "machine": change.machine}
        if people is None and change.told is Told.CASE and change.case_id:
            people = await self.cases.people(change.case_id)
        elif people is None:
            people = {change.subject_id}
        for account_id in people:
            self.pushes.add(account_id, "changed", news, change.at)


class Database:
    """The engine, and the one way to a transaction; `listeners` are called when there is news to deliver."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self.listeners: list[Callable[[], None]] = []
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        """A transaction that writes; commits when the block ends well."""
        async with self._sessions() as session:
            tx = Tx(session)
            changed: list[type] = []

            @event.listens_for(session.sync_session, "before_flush")
            def _flushing(inner: Session, _context: object, _instances: object) -> None:
                touched = [
                    *inner.new,
                    *(row for row in inner.dirty if inner.is_modified(row)),
                    *inner.deleted,
                ]
                changed.extend(type(row) for row in touched if isinstance(row, Base) and row.audited)

            try:
                yield tx
                await tx.name_agents()
                await session.flush()
                if changed and not tx.audit.added:
                    raise Unaudited(f"unaudited change of {sorted({row.__name__ for row in changed})}")
                await session.commit()
            except NoResultFound as error:
                raise NotFound from error
        if tx.outbox.added or tx.pushes.added:
            for listener in self.listeners:
                listener()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """A transaction that only reads: it never waits for a writer, and nothing it changes is kept."""
        async with self._sessions() as session:
            await session.connection(execution_options={"reading": True})
            try:
                yield Tx(session)
            except NoResultFound as error:
                raise NotFound from error
            finally:
                session.expunge_all()  # a rollback would take the rows' values away from whoever read them
                await session.rollback()

    async def answers(self) -> bool:
        """Whether the database answers at all."""
        try:
            async with self.engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError):
            return False
        return True

    async def create_all(self) -> None:
        """Every table at once, without migrations: for tests."""
        async with self.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)

    async def close(self) -> None:
        await self.engine.dispose()
