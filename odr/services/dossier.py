"""The dossier of a case, as one person may have it: papers, evidence, and the log's word on every act.

Rule 1: it holds what that person may open on the platform, and nothing more.
Rule 2: it is logged before it is handed out, so that it can be told from one made up later.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from odr.db.audit import AuditEntry
from odr.db.documents import Document
from odr.db.evidence import EvidenceItem
from odr.db.uow import Database, Tx
from odr.domain.accounts import Actor
from odr.domain.canonical import canonical
from odr.domain.dossier import Contents, DossierFile, Receipt, assemble, contents, may_know, receipt_file
from odr.domain.notes import parse_checkpoint
from odr.domain.offers import may_see
from odr.domain.papers import PAPERS
from odr.domain.permissions import Permission, part, permit, signed_in
from odr.domain.signed_pdfs import check_pdf
from odr.domain.sittings import Place
from odr.domain.trust import Trust
from odr.domain.verifier import seal_text
from odr.errors import NotFound, Unavailable
from odr.ports.clock import Clock
from odr.ports.notes import NoteSigner
from odr.ports.objects import ObjectStore

_SUFFIXES = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/heic": "heic",
    "image/webp": "webp",
    "audio/ogg": "ogg",
    "audio/webm": "weba",
    "video/webm": "webm",
    "text/plain": "txt",
    "application/json": "json",
}


CONCESSIONS = "调解中为达成协议作出的让步，不得在后续诉讼中作为对其不利的根据（民诉法解释第107条）"


@dataclass(frozen=True, slots=True)
class DossierDownload:
    """The zip, and the name it is saved under."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Filed:
    kind: str
    title: str
    content_type: str
    object_key: str


class DossierService:
    """`settle` brings the log up to date; `seals` is the platform's key, `trust` what readers are given."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        objects: ObjectStore,
        *,
        seals: NoteSigner,
        trust: Trust,
        settle: Callable[[], Awaitable[None]],
    ) -> None:
        self._db = db
        self._clock = clock
        self._objects = objects
        self._seals = seals
        self._trust = trust
        self._settle = settle

    async def download(self, actor: Actor, case_id: UUID) -> DossierDownload:
        """The dossier as this person may have it; NotFound for a stranger, NotPermitted for the court."""
        await self._settle()
        async with self._db.read() as tx:
            permit(part(actor, await tx.cases.belonging(case_id)), Permission.DOWNLOAD_DOSSIER)
            audiences = await tx.cases.audiences(case_id, actor.account_id)
            case = await tx.cases.get(case_id)
            if not audiences or case is None:
                raise NotFound
            number = case.number or str(case_id)
            filed = [_filed(row) for row in await tx.documents.of_case(case_id) if row.audience in audiences]
            evidence = await tx.evidence.of_case(case_id)
            filed += [_original(row) for row in evidence if row.disclosed or row.side in audiences]
            acts, size = await _acts(tx, case_id, audiences)
            talks = await _talks(tx, actor, case_id)
        files = [await self._file(one) for one in filed]
        inside = contents(number, self._clock.now(), [*files, *talks], acts)
        receipt = await self._log(actor, case_id, inside, size)
        seal = self._seals.sign(seal_text(inside.manifest, receipt))
        packed = await asyncio.to_thread(assemble, inside, receipt, seal)
        return DossierDownload(f"dossier-{inside.manifest_sha256[:12]}.zip", packed)

    async def _file(self, filed: _Filed) -> DossierFile:
        content = await self._objects.get(filed.object_key)
        issued, suffix = filed.kind in PAPERS, _SUFFIXES.get(filed.content_type, "bin")
        signers: Iterable[str] = ()
        if issued and suffix == "pdf":
            report = await asyncio.to_thread(check_pdf, content, self._trust.pdf)
            signers = (signature.field for signature in report.signatures)
        folder = "documents" if issued else "evidence"
        return DossierFile(folder, filed.kind, filed.title, suffix, content, tuple(signers))

    async def _log(self, actor: Actor, case_id: UUID, inside: Contents, size: int) -> bytes:
        """Write the export down, and have the log prove it."""
        async with self._db.begin() as tx:
            audit = tx.audit.add(
                actor,
                "dossier.export",
                "dossier",
                case_id,
                at=self._clock.now(),
                case_id=case_id,
                manifest_sha256=inside.manifest_sha256,
            )
        await self._settle()
        async with self._db.read() as tx:
            row = await tx.audit.get(audit.id)
            receipt = await _proved(tx, row)
            later = _size(receipt)
            return receipt_file(receipt, await tx.log.consistency(size, later))


def _filed(row: Document) -> _Filed:
    return _Filed(row.kind, row.title, row.content_type, row.object_key)


def _original(row: EvidenceItem) -> _Filed:
    """The file as it was handed in, byte for byte, under the number that the sides know it by."""
    return _Filed(
        f"{row.side.lower()}-{row.number}", row.title or row.file_name, row.content_type, row.object_key
    )


async def _talks(tx: Tx, actor: Actor, case_id: UUID) -> list[DossierFile]:
    """What a party offered and was offered, for that party alone: concessions are no court's file.

    Each with the salt that opens its commitment in the log, and of the answers those that the party may know.
    """
    mine = (await tx.cases.belonging(case_id)).participants.get(signed_in(actor))
    seen = [
        {
            "id": str(row.id),
            "from": row.side or "mediator",
            "made_at": row.made_at.isoformat(),
            "valid_until": row.valid_until.isoformat(),
            "state": state.value,
            "terms": row.terms,
            "salt": row.salt.hex(),
            "answer": row.answers.get(mine.side, ""),
            "answers": str(row.counters or ""),
        }
        for row, state in await tx.offers.of_case(case_id)
        if mine and may_see(mine.role, mine.side, Place(row.key))
    ]
    record = canonical({"note": CONCESSIONS, "offers": seen})
    return [DossierFile("talks", "offers", "协商方案", "json", record)] if seen else []


async def _acts(tx: Tx, case_id: UUID, audiences: frozenset[str]) -> tuple[list[Receipt], int]:
    """The acts of the case that these audiences may know, all proved against one checkpoint, and its size."""
    checkpoint = await tx.log.stamped()
    if checkpoint is None:
        raise Unavailable
    rows = await tx.audit.of_case(case_id)
    known = [
        row
        for row in rows
        if row.log_index is not None
        and row.log_index < checkpoint.size
        and may_know(row.action, row.details, audiences)
    ]
    known.sort(key=lambda row: row.log_index or 0)
    return [await tx.log.receipt(row, checkpoint) for row in known], checkpoint.size


async def _proved(tx: Tx, row: AuditEntry) -> Receipt:
    checkpoint = None if row.log_index is None else await tx.log.covering(row.log_index)
    if checkpoint is None:
        raise Unavailable
    return await tx.log.receipt(row, checkpoint)


def _size(receipt: Receipt) -> int:
    return parse_checkpoint(receipt.checkpoint.rpartition("\n\n")[0] + "\n").size
