"""A filing as its rows tell it: the draft its owner may change, with what the verified identity answers."""

from uuid import UUID

from filing import draft as drafting
from odr.db.drafts import Draft
from odr.db.uow import Tx
from odr.domain import identity
from odr.domain.accounts import Actor
from odr.domain.drafts import FILERS, MACHINE, State
from odr.domain.permissions import part
from odr.domain.prefills import CARD_FIELDS, with_identity
from odr.errors import NotAllowed, NotFound


async def editable_draft(tx: Tx, actor: Actor, case_id: UUID, *, lock: bool = False) -> Draft:
    """The draft row, if the actor is the one who files (else NotFound) and nothing was submitted yet."""
    if part(actor, await tx.cases.belonging(case_id)).role not in FILERS:
        raise NotFound
    if await tx.states.get(MACHINE.name, case_id) != State.DRAFT:
        raise NotAllowed("This filing has been submitted and can no longer be changed here.")
    return await (tx.drafts.lock(case_id) if lock else tx.drafts.get(case_id))


async def known_draft(tx: Tx, row: Draft, owner_id: UUID) -> drafting.Draft:
    """The draft with the verified card's answers; nothing of the card before it is verified."""
    draft = drafting.load(row.answers)
    if not await is_verified(tx, owner_id):
        return draft
    card = await tx.identities.get(owner_id)
    return with_identity(draft, {name: getattr(card, name) for name in CARD_FIELDS}) if card else draft


async def is_verified(tx: Tx, account_id: UUID) -> bool:
    return await tx.states.get(identity.MACHINE.name, account_id) == identity.State.VERIFIED
