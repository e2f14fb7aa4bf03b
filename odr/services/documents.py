"""The papers of a case: issued by the platform, opened by those they are meant for."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from odr.db.documents import Document
from odr.db.outbox import Event
from odr.db.uow import Database, Tx
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.delivery import SERVED
from odr.domain.documents import FILING, TITLES
from odr.domain.dossier import Receipt
from odr.domain.notes import parse_checkpoint
from odr.domain.papers import chinese_date, chinese_moment
from odr.domain.permissions import part
from odr.domain.steps import Role
from odr.domain.timestamps import stamped_at
from odr.errors import NotFound
from odr.ports.clock import Clock
from odr.ports.objects import ObjectStore
from odr.ports.signer import Signer
from odr.ports.typesetter import TypesetPaper, Typesetter

_COUNTING_DPI = 12  # small pictures: only their number is asked for


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One paper in a list; `title` is Chinese, as printed."""

    id: UUID
    kind: str
    title: str
    content_type: str
    size_bytes: int
    pages: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OpenedDocument:
    title: str
    content_type: str
    body: bytes


class DocumentService:
    """`court` and `verify_url` stand in the frame of every paper.

    `prove` gives the log's receipt of an act; `stamps`: certificates (DER) of the time-stamps in it.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        typesetter: Typesetter,
        objects: ObjectStore,
        *,
        signer: Signer,
        prove: Callable[[UUID], Awaitable[Receipt]],
        stamps: Sequence[bytes],
        court: str,
        verify_url: str,
    ) -> None:
        self._db = db
        self._clock = clock
        self._typesetter = typesetter
        self._objects = objects
        self._signer = signer
        self._prove = prove
        self._stamps = stamps
        self._court = court
        self._verify_url = verify_url

    async def issue(self, event: Event) -> None:
        """Typeset and file one `document.issue` event: paper, content, audience, case_id."""
        async with self._db.read() as tx:
            if await tx.documents.by_event(event.id):
                return
        kind, case_id = event.payload["paper"], UUID(event.payload["case_id"])
        frame = {
            "court": self._court,
            "paper_id": str(event.id),
            "verify_url": self._verify_url,
            "issued_on": chinese_date(event.created_at),
        }
        content = frame | event.payload["content"] | await self._proof(event.payload.get("proves", ""))
        paper = await self._typesetter.typeset(kind, content, at=event.created_at)
        pdf = await self._sealed(paper)
        key = await self._objects.put(pdf)
        pages = len(await self._typesetter.page_images(pdf, dpi=_COUNTING_DPI))
        async with self._db.begin() as tx:
            row = tx.documents.add(
                Document(
                    id=uuid4(),
                    case_id=case_id,
                    kind=kind,
                    title=TITLES[kind],
                    object_key=key,
                    content_type="application/pdf",
                    size_bytes=len(pdf),
                    pages=pages,
                    created_at=event.created_at,
                    audience=event.payload["audience"],
                    details=content,
                    event_id=event.id,
                )
            )
            sha256 = hashlib.sha256(pdf).hexdigest()
            tx.audit.add(
                PLATFORM,
                "document.issue",
                "document",
                row.id,
                at=self._clock.now(),
                case_id=case_id,
                kind=kind,
                sha256=sha256,
                audience=event.payload["audience"],
            )
            if kind in SERVED:
                tx.outbox.add("delivery.plan", at=self._clock.now(), document_id=str(row.id))
            for account_id in await tx.cases.people(case_id):
                news = {"case": str(case_id), "machine": "document"}
                tx.pushes.add(account_id, "changed", news, self._clock.now())

    async def _proof(self, audit_id: str) -> dict[str, str]:
        """What a paper says of the act that it proves; the proof itself is attached to the file."""
        if not audit_id:
            return {}
        receipt = await self._prove(UUID(audit_id))
        digest = hashlib.sha256(receipt.checkpoint.encode()).digest()
        return {
            "log_index": str(receipt.index),
            "log_root": parse_checkpoint(receipt.checkpoint.rpartition("\n\n")[0] + "\n").root.hex(),
            "stamped_at": chinese_moment(stamped_at(receipt.timestamp, digest, self._stamps)),
            "log_proof": receipt.json().decode(),
        }

    async def _sealed(self, paper: TypesetPaper) -> bytes:
        """The paper, under the court's seal where its template leaves room for one."""
        if not any(place.field == "seal" for place in paper.places):
            return paper.pdf
        prepared = await self._signer.prepare(paper.pdf, paper.places)
        stamp = await self._typesetter.seal_stamp(self._court, "示范印章")
        return await self._signer.seal(prepared, self._court, stamp)

    async def of_case(self, actor: Actor, case_id: UUID) -> list[DocumentView]:
        """The papers that this person may open, oldest first."""
        async with self._db.read() as tx:
            may_open = await _opener(tx, actor, case_id)
            return [_view(row) for row in await tx.documents.of_case(case_id) if may_open(row)]

    async def open(self, actor: Actor, case_id: UUID, document_id: UUID) -> OpenedDocument:
        """The bytes of one paper; the opening itself is recorded."""
        async with self._db.begin() as tx:
            may_open = await _opener(tx, actor, case_id)
            row = await tx.documents.get(document_id)
            if row.case_id != case_id or not may_open(row):
                raise NotFound
            tx.audit.add(
                actor,
                "document.open",
                "document",
                row.id,
                at=self._clock.now(),
                case_id=case_id,
                audience=row.audience,
            )
            if row.kind in SERVED:
                reader = str(actor.account_id)
                now, document = self._clock.now(), str(row.id)
                tx.outbox.add("delivery.read", at=now, document_id=document, account_id=reader)
        return OpenedDocument(row.title, row.content_type, await self._objects.get(row.object_key))

    async def page(self, actor: Actor, case_id: UUID, document_id: UUID, number: int) -> bytes:
        """One page, from 1, as PNG: phones show it without a PDF viewer."""
        opened = await self.open(actor, case_id, document_id)
        images = await self._typesetter.page_images(opened.body)
        if not 1 <= number <= len(images):
            raise NotFound
        return images[number - 1]


async def _opener(tx: Tx, actor: Actor, case_id: UUID) -> Callable[[Document], bool]:
    """Which papers the person may open; NotFound for a stranger, who may not learn of the case.

    Who reviews the filing reads what was filed and issued on it, never what was said in mediation (JS 107).
    """
    audiences = await tx.cases.audiences(case_id, actor.account_id)
    if not audiences and Role.DIVISION_HEAD not in actor.staff_roles:
        raise NotFound
    role = part(actor, await tx.cases.belonging(case_id)).role
    if role in (Role.FILING_JUDGE, Role.DIVISION_HEAD):
        return lambda row: row.kind in FILING
    return lambda row: row.audience in audiences


def _view(row: Document) -> DocumentView:
    return DocumentView(
        row.id, row.kind, row.title, row.content_type, row.size_bytes, row.pages, row.created_at
    )
