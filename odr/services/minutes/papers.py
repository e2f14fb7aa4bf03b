"""The settled minutes on paper: typeset once, filed, opened for signing."""

from typing import Any
from uuid import UUID, uuid4

from odr.db.documents import Document
from odr.db.minuted import Minuted, minuted, note, read_by, settled, signatories, take
from odr.db.minutes import MinutesPaper
from odr.db.outbox import Event
from odr.db.uow import Database, Tx
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.documents import TITLES
from odr.domain.minutes import TALKS, Action, State, Verdict, printed
from odr.domain.papers import chinese_date
from odr.domain.signatures import revision_of
from odr.errors import NotFound
from odr.ports.clock import Clock
from odr.ports.objects import ObjectStore
from odr.ports.signer import Signer
from odr.ports.typesetter import Typesetter


class MinutesPaperService:
    """`court` and `verify_url` stand in the frame of the paper."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        *,
        typesetter: Typesetter,
        signer: Signer,
        objects: ObjectStore,
        court: str,
        verify_url: str,
    ) -> None:
        self._db = db
        self._clock = clock
        self._typesetter = typesetter
        self._signer = signer
        self._objects = objects
        self._frame = {"court": court, "verify_url": verify_url}

    async def settle(self, event: Event) -> None:
        """Typeset what stands and open it for signing (`minutes.settle`: subject_id), if no answer is due."""
        sitting_id, now = UUID(event.payload["subject_id"]), self._clock.now()
        async with self._db.read() as tx:
            found = await _settling(tx, sitting_id)
            if found is None:
                return
            signers = await signatories(tx, found)
            text, fields = await settled(tx, found, now)
        paper_id = uuid4()
        content: dict[str, Any] = self._frame | fields | printed(text)
        content |= {"paper_id": str(paper_id), "issued_on": chinese_date(now)}
        content["signers"] = [{"field": s.field, "label": s.capacity, "name": s.name} for s in signers]
        paper = await self._typesetter.typeset("minutes", content, at=now)
        prepared = await self._signer.prepare(paper.pdf, paper.places)
        pages = len(await self._typesetter.page_images(prepared, dpi=12))
        key, revision = await self._objects.put(prepared), revision_of(prepared, len(prepared))
        async with self._db.begin() as tx:
            await tx.cases.held(found.case_id)
            again = await _settling(tx, sitting_id)
            if again is None:
                return
            for row in again.corrections:
                if row.verdict == Verdict.OPEN:
                    row.verdict = Verdict.UNANSWERED.value
            document = tx.documents.add(
                Document(
                    id=uuid4(),
                    case_id=found.case_id,
                    kind="minutes",
                    title=TITLES["minutes"],
                    object_key=key,
                    content_type="application/pdf",
                    size_bytes=len(prepared),
                    pages=pages,
                    created_at=now,
                    audience=TALKS,
                    details={"sitting_id": str(sitting_id)},
                    event_id=event.id,
                )
            )
            await tx.flush()
            tx.minutes.file(
                MinutesPaper(
                    id=paper_id,
                    case_id=found.case_id,
                    sitting_id=sitting_id,
                    document_id=document.id,
                    made_at=now,
                    signers=[
                        {"account": str(s.account_id), "side": s.side, "field": s.field} for s in signers
                    ],
                    object_key=key,
                    base_key=key,
                    base_bytes=revision.base_bytes,
                    base_sha256=revision.base_sha256,
                    sha256=revision.sha256,
                    pages=pages,
                )
            )
            await tx.flush()
            silent = sorted(str(key) for key, row in again.readers.items() if again.silent(key, row))
            note(tx, PLATFORM, "settle", again, now, base_sha256=revision.base_sha256, silent=silent)
            await take(tx, PLATFORM, again, Action.OFFER, now)

    async def page(self, actor: Actor, sitting_id: UUID, number: int) -> bytes:
        """One page of the settled minutes as PNG, from 1: what is read is what is signed."""
        images = await self._typesetter.page_images(await self.pdf(actor, sitting_id))
        if not 1 <= number <= len(images):
            raise NotFound
        return images[number - 1]

    async def pdf(self, actor: Actor, sitting_id: UUID) -> bytes:
        """The file as it stands, with the signatures it has so far."""
        async with self._db.read() as tx:
            await read_by(tx, actor, sitting_id)
            row = await tx.minutes.paper(sitting_id)
        if row is None:
            raise NotFound
        return await self._objects.get(row.object_key)


async def _settling(tx: Tx, sitting_id: UUID) -> Minuted | None:
    """The minutes, if they are to be settled now."""
    found = await minuted(tx, await tx.sittings.meeting(sitting_id, None))
    waits = found.state is State.ANSWERING and found.facts.open
    return None if found.state not in (State.ANSWERING, State.SETTLED) or waits else found
