"""A case at the table: two parties and a mediator in session, with real papers, keys and store."""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from aiohttp import FormData
from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request

from odr.adapters.objects.filesystem import FilesystemObjects
from odr.adapters.signer.authority import DemonstrationAuthority
from odr.adapters.signer.pades import PadesSigner
from odr.adapters.timestamps.local import LocalTimestamps
from odr.adapters.typesetter.typst import TypstTypesetter
from odr.db.outbox import Event
from odr.db.uow import Database, Tx
from odr.domain import drafts, mediation
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.agreements import Account, Claim, Default, Instalment, Outcome, Payment, Terms
from odr.domain.dossier import Receipt
from odr.domain.signed_pdfs import PdfReport, PdfTrust, check_pdf
from odr.domain.steps import Change, Role, Told
from odr.ports.clock import Clock
from odr.ports.media import SeatConnected, SeatJoined
from odr.services.agreements import AgreementService
from odr.services.clauses import ClauseService
from odr.services.confirmation import ConfirmationService
from odr.services.delivery import DeliveryService
from odr.services.documents import DocumentService
from odr.services.hearings import HearingService
from odr.services.minutes import MinutesService
from odr.services.rooms import RoomService
from odr.services.signing import AgreementSigning
from odr.services.sittings import SittingService
from odr.web.middlewares import SESSION_COOKIE
from odr.wiring import Platform
from odr.worker import Worker
from tests.odr.ports.test_typesetter import drawing
from tests.odr.sample_papers import FONTS, TEMPLATES
from tests.support.clock import FixedClock
from tests.support.media import FakeMediaRooms

Form = Mapping[str, str] | Sequence[tuple[str, str]]
MASTER, SECRET = bytes(32), b"s" * 32
COURT = "示范区人民法院"
WANG, LIU = "王示范", "赵模拟"
TERMS = Terms(
    facts="申请人于2025年1月借给被申请人五万元，被申请人至今未还。",
    payments=(
        Payment(
            LIU,
            WANG,
            5_000_000,
            instalments=(Instalment(2_000_000, date(2026, 4, 30)), Instalment(3_000_000, date(2026, 6, 30))),
            account=Account(WANG, "示范银行样本支行", "6200990000000000001"),
        ),
    ),
    default=Default(accelerates=True),
    claims=(Claim("归还借款五万元", Outcome.GRANTED), Claim("支付利息", Outcome.WAIVED)),
    costs="双方各自承担自己的费用。",
)


@cache
def _typesetter() -> TypstTypesetter:
    """One for all tests: it reads every font when it is made."""
    return TypstTypesetter(TEMPLATES, FONTS)


def put(machine: str, case_id: UUID, target: str, at: datetime) -> Change:
    """A change that sets up a state before the station under test."""
    return Change(machine, case_id, case_id, "set_up", None, target, Role.CLOCK, at, told=Told.CASE)


@dataclass
class Table:
    """Everything a test of agreement, confirmation or delivery starts from."""

    db: Database
    clock: FixedClock
    folder: Path
    case_id: UUID = field(default_factory=uuid4)
    people: dict[str, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stamps = LocalTimestamps(self.folder, MASTER, self.clock.now)
        authority = DemonstrationAuthority(self.folder, MASTER, self.clock.now)
        self.signer = PadesSigner(authority, self.stamps, self.clock.now)
        self.objects = FilesystemObjects(self.folder / "objects", MASTER)
        self.typesetter = _typesetter()
        self.agreements = AgreementService(
            self.db,
            self.clock,
            typesetter=self.typesetter,
            signer=self.signer,
            objects=self.objects,
            court=COURT,
            verify_url="https://odr.example/v",
        )
        self.clauses = ClauseService(self.db, self.clock)
        self.signing = AgreementSigning(
            self.db,
            self.clock,
            typesetter=self.typesetter,
            signer=self.signer,
            objects=self.objects,
            secret=SECRET,
        )
        self.confirmations = ConfirmationService(self.db, self.clock, "示0108")
        media = FakeMediaRooms()
        self.hearings = HearingService(self.db, self.clock)
        self.sittings = SittingService(self.db, self.clock, media)
        self.rooms = RoomService(self.db, self.clock, media)
        self.minutes = MinutesService(self.db, self.clock)
        self.deliveries = DeliveryService(self.db, self.clock)
        self.documents = DocumentService(
            self.db,
            self.clock,
            self.typesetter,
            self.objects,
            signer=self.signer,
            prove=_nothing_to_prove,
            stamps=(),
            court=COURT,
            verify_url="https://odr.example/v",
        )

    @property
    def trust(self) -> PdfTrust:
        return PdfTrust(self.signer.trusted_ders, [self.stamps.certificate_der])

    async def open(self) -> "Table":
        self.case_id, self.people = await seat(self.db, self.clock)
        return self

    def __getitem__(self, key: str) -> Actor:
        return self.people[key]

    async def offered(self) -> "Table":
        """The agreement written, offered, and read by everybody."""
        await self.agreements.save(self["mediator"], self.case_id, TERMS)
        await self.agreements.offer(self["mediator"], self.case_id)
        for key in ("wang", "liu"):
            await read_through(self.agreements, self.clauses, self[key], self.case_id)
        return self

    async def code(self, key: str) -> str:
        """The newest code sent to this person."""
        async with self.db.read() as tx:
            account_id = self[key].account_id
            assert account_id
            phone = (await tx.accounts.get(account_id)).phone
            return str(
                [e for e in await waiting(tx, "sms.send") if e.payload["to"] == phone][-1].payload["values"][
                    "code"
                ]
            )

    async def asked(self, key: str) -> str:
        """The person drew a signature; the code that came."""
        self.clock.advance(seconds=1)
        await self.signing.ask(self[key], self.case_id, drawing())
        return await self.code(key)

    async def approved(self, key: str) -> None:
        await self.signing.approve(self[key], self.case_id, await self.asked(key))

    async def turn(self, *kinds: str) -> None:
        """Deliver what waits, as the worker would."""
        table = {
            "agreement.sign": self.signing.sign,
            "agreement.seal": self.signing.seal,
            "confirmation.minutes": self.hearings.keep_minutes,
            "document.issue": self.documents.issue,
            "delivery.plan": self.deliveries.plan,
            "delivery.read": self.deliveries.read,
        }
        for kind in kinds or (*table, "document.issue"):  # a delivery orders its certificate
            async with self.db.read() as tx:
                events = await waiting(tx, kind)
            for event in events:
                await table[kind](event)
                async with self.db.begin() as tx:
                    await tx.outbox.done(event.id, self.clock.now())

    async def hearing(self) -> UUID:
        """A hearing that begins now; the id of its sitting."""
        return await self.hearings.schedule(self["judge"], self.case_id, None)

    async def come(self, sitting: UUID, *keys: str) -> None:
        """Through the door into the lobby; sound follows with `connect`."""
        for key in keys:
            person = replace(self[key], since=self.clock.now())
            await self.sittings.agree_rules(person, sitting)
            await self.rooms.ticket(person, sitting)
            assert person.account_id
            await self.rooms.heard(SeatJoined(sitting, person.account_id, "party", self.clock.now()))

    async def connect(self, sitting: UUID, *keys: str) -> None:
        for key in keys:
            account_id = self[key].account_id
            assert account_id
            await self.rooms.heard(SeatConnected(sitting, account_id, self.clock.now()))

    async def signed_by(self, *keys: str) -> None:
        for key in keys:
            await self.approved(key)
            await self.turn()

    async def report(self, key: str = "wang") -> PdfReport:
        pdf = await self.agreements.pdf(self[key], self.case_id)
        return await asyncio.to_thread(check_pdf, pdf, self.trust)


async def read_through(
    agreements: AgreementService, clauses: ClauseService, person: Actor, case_id: UUID
) -> None:
    """Confirm clause by clause, then say that all is read."""
    view = await agreements.show(person, case_id)
    await clauses.read(person, case_id, view.text, range(1, len(view.lines) + 1))


async def waiting(tx: Tx, kind: str) -> list[Event]:
    """The events of a kind that are not done, oldest first."""
    return list(await tx.outbox.pending(kind))


def without_days(terms: Terms) -> Terms:
    """The same terms, whose payment has lost its days."""
    payment = replace(terms.payments[0], instalments=(Instalment(terms.payments[0].amount_fen),))
    return replace(terms, payments=(payment,))


async def seat(db: Database, clock: Clock) -> tuple[UUID, dict[str, Actor]]:
    """The people, the case, and its machines as they stand when the talks have begun."""
    now = clock.now()
    names = {"wang": WANG, "liu": LIU, "mediator": "调解员甲", "judge": "司法确认法官", "other": "外人"}
    roles = {"mediator": Role.MEDIATOR, "judge": Role.CONFIRMING_JUDGE}
    async with db.begin() as tx:
        rows = enumerate(names.items())
        ids = {key: tx.accounts.add(f"+861370000000{n}", now, name).id for n, (key, name) in rows}
        await tx.flush()
        for key, role in roles.items():
            tx.accounts.give_role(ids[key], role)
        case = tx.cases.open(ids["wang"], now, cause="private_loan", amount_fen=5_000_000)
        case.mediator_id, case.number = ids["mediator"], "(2026)示0108诉前调7号"
        await tx.flush()
        tx.cases.join(case.id, ids["liu"], Role.RESPONDENT, "B", LIU)
        tx.drafts.add(case.id, now)
        for machine, state in (
            (drafts.MACHINE, drafts.State.PRE_MEDIATION),
            (mediation.MACHINE, mediation.State.IN_SESSION),
        ):
            await tx.record(PLATFORM, put(machine.name, case.id, state, now))
    people = {
        key: Actor(one, frozenset({roles[key]}) if key in roles else frozenset()) for key, one in ids.items()
    }
    return case.id, people


@dataclass
class WebTable:
    """The same case behind the pages of a whole platform."""

    platform: Platform
    client: TestClient[Request, Application] | None
    worker: Worker
    case_id: UUID = field(default_factory=uuid4)
    people: dict[str, Actor] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    async def open(self) -> "WebTable":
        self.case_id, self.people = await seat(self.platform.db, self.platform.clock)
        now = self.platform.clock.now()
        async with self.platform.db.begin() as tx:
            for key, person in self.people.items():
                assert person.account_id
                self.tokens[key] = f"token-of-{key}"
                digest = hashlib.sha256(self.tokens[key].encode()).digest()
                tx.accounts.add_session(digest, person.account_id, now, now + timedelta(hours=1))
        return self

    async def get(self, key: str, path: str, status: int = 200) -> str:
        return await self._ask("GET", key, self._at(path), None, status)

    async def post(self, key: str, path: str, form: Form, status: int = 200) -> str:
        """Send a form and follow to the page that it leads to."""
        return await self._ask("POST", key, self._at(path), form, status)

    async def say(self, key: str, path: str, form: Form, status: int = 200) -> str:
        """Send what the person says of the clauses of the text that is offered now."""
        text = (await self.platform.agreements.show(self.people["mediator"], self.case_id)).text
        said = list(form.items()) if isinstance(form, Mapping) else list(form)
        return await self.post(key, f"agreement/{path}", [*said, ("text", text)], status)

    async def json(self, key: str, path: str) -> Any:
        return json.loads(await self.get(key, path))

    async def settle(self) -> None:
        """Have the agreement written, offered, read and signed by all."""
        agreements, signing, case_id = self.platform.agreements, self.platform.signing, self.case_id
        later = replace(TERMS.payments[0], instalments=(Instalment(5_000_000, date(2099, 4, 30)),))
        await agreements.save(self.people["mediator"], case_id, replace(TERMS, payments=(later,)))
        await agreements.offer(self.people["mediator"], case_id)
        for key in ("wang", "liu", "mediator"):
            await read_through(agreements, self.platform.clauses, self.people[key], case_id)
            await signing.ask(self.people[key], case_id, drawing())
            await signing.approve(self.people[key], case_id, await self.code(key))
            await self.turn()

    async def code(self, key: str) -> str:
        """The newest code sent to this person; the event keeps it until it is delivered."""
        async with self.platform.db.read() as tx:
            account_id = self.people[key].account_id
            assert account_id
            phone = (await tx.accounts.get(account_id)).phone
            sent = [event for event in await waiting(tx, "sms.send") if event.payload["to"] == phone]
        return str(sent[-1].payload["values"]["code"])

    async def turn(self) -> None:
        """Let the worker deliver until nothing is due."""
        while await self.worker.turn():
            pass

    def _at(self, path: str) -> str:
        return path if path.startswith("/") else f"/cases/{self.case_id}/{path}"

    async def _ask(self, method: str, key: str, path: str, form: Form | None, status: int) -> str:
        assert self.client
        origin = str(self.client.make_url("/")).rstrip("/")
        headers = {"Cookie": f"{SESSION_COOKIE}={self.tokens[key]}", "Origin": origin}
        data = FormData(form) if form else None
        answer = await self.client.request(method, path, data=data, headers=headers)
        text = await answer.text(errors="replace")
        assert answer.status == status, f"{answer.status} at {path}: {text[-2000:]}"
        return text


async def _nothing_to_prove(audit_id: UUID) -> Receipt:
    raise AssertionError(f"no paper of a settled case proves an act: {audit_id}")
