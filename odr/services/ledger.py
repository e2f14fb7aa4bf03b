"""The log of everything done: sequenced, signed, time-stamped, and proved to whoever asks.

Rule 1: acts are written with their own transaction; putting them into the log comes after and loses none.
Rule 2: a checkpoint is signed once a size; the time-stamp may come later and is never made up.
"""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from odr.db.audit import AuditEntry, canonical
from odr.db.ledger import LogLeaf
from odr.db.uow import Database, Tx
from odr.domain.dossier import Receipt
from odr.domain.ledger import Frontier, entry, leaf_hash
from odr.domain.notes import Checkpoint, open_note, parse_checkpoint
from odr.errors import NotFound
from odr.ports.clock import Clock
from odr.ports.notes import NoteSigner
from odr.ports.timestamps import TimestampAuthority

_BATCH = 256  # entries a transaction: short enough that nobody waits for the lock


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A place where the database and the log disagree; `what` says how, for the auditor."""

    index: int
    audit_id: UUID | None
    what: str


class LedgerService:
    def __init__(
        self, db: Database, clock: Clock, signer: NoteSigner, timestamps: TimestampAuthority
    ) -> None:
        self._db = db
        self._clock = clock
        self._signer = signer
        self._timestamps = timestamps

    async def turn(self) -> None:
        """Everything done so far is in the log, signed and time-stamped when this returns."""
        if await self._idle():
            return
        while await self._sequence() == _BATCH:
            pass
        await self._sign_head()
        await self._stamp_head()

    async def receipt(self, audit_id: UUID) -> Receipt:
        """The proof of one act; it is put into the log now if it is not there yet."""
        async with self._db.read() as tx:
            found = await _receipt(tx, audit_id)
        if found:
            return found
        await self.turn()
        async with self._db.read() as tx:
            found = await _receipt(tx, audit_id)
        if found is None:
            raise NotFound
        return found

    async def discrepancies(self) -> list[Discrepancy]:
        """Where rows were edited, deleted or slipped in behind the log's back; a full replay."""
        found: list[Discrepancy] = []
        tree, read = Frontier(), _BATCH
        while read == _BATCH:
            async with self._db.read() as tx:
                leaves = await tx.log.leaves(tree.size, _BATCH)
                read = len(leaves)
                for leaf, audit in leaves:
                    if leaf.index != tree.size:
                        what = "an entry before this one is missing"
                        return [*found, Discrepancy(leaf.index, leaf.audit_id, what)]
                    tree, _ = tree.append(leaf_hash(leaf.entry.encode()))
                    what = _difference(leaf, audit) or await self._head_difference(tx, tree)
                    if what:
                        found.append(Discrepancy(leaf.index, leaf.audit_id, what))
        async with self._db.read() as tx:
            newest = await tx.log.newest()
            if newest and newest.size > tree.size:
                found.append(Discrepancy(tree.size, None, "entries that were signed are missing at the end"))
        return found

    async def _idle(self) -> bool:
        """Whether nothing was done since the last time-stamped head: the usual answer, without a lock."""
        async with self._db.read() as tx:
            if await tx.log.pending(1):
                return False
            newest, tree = await tx.log.newest(), await tx.log.frontier()
            return tree.size == 0 if newest is None else bool(newest.token and newest.size == tree.size)

    async def _sequence(self) -> int:
        async with self._db.begin() as tx:
            await tx.log.lock()
            acts = await tx.log.pending(_BATCH)
            tree = await tx.log.frontier()
            for act in acts:
                line = entry("audit", act.commitment, act.at)
                index = tree.size
                tree, made = tree.append(leaf_hash(line))
                await tx.log.append(index, act.id, line.decode(), made)
        return len(acts)

    async def _sign_head(self) -> None:
        async with self._db.begin() as tx:
            await tx.log.lock()
            tree, newest = await tx.log.frontier(), await tx.log.newest()
            if tree.size > (newest.size if newest else 0):
                head = Checkpoint(self._signer.key.name, tree.size, tree.root())
                await tx.log.add_checkpoint(tree.size, self._signer.sign(head.text()), self._clock.now())

    async def _stamp_head(self) -> None:
        async with self._db.read() as tx:
            newest = await tx.log.newest()
            if newest is None or newest.token is not None:
                return
            size, digest = newest.size, sha256(newest.note.encode()).digest()
        token = await self._timestamps.stamp(digest)
        async with self._db.begin() as tx:
            await tx.log.set_token(size, token)

    async def _head_difference(self, tx: Tx, tree: Frontier) -> str:
        note = await tx.log.note_of(tree.size)
        if note is None:
            return ""
        head = parse_checkpoint(open_note(note, self._signer.key))
        return "" if head.root == tree.root() else "an entry up to here is not the one that was signed"


async def _receipt(tx: Tx, audit_id: UUID) -> Receipt | None:
    audit = await tx.audit.get(audit_id)
    if audit.log_index is None:
        return None
    checkpoint = await tx.log.covering(audit.log_index)
    return await tx.log.receipt(audit, checkpoint) if checkpoint else None


def _difference(leaf: LogLeaf, audit: AuditEntry | None) -> str:
    if audit is None:
        return "the act was deleted"
    committed = sha256(audit.salt + canonical(audit)).digest()
    if committed != audit.commitment or entry("audit", committed, audit.at).decode() != leaf.entry:
        return "the act was edited"
    return ""
