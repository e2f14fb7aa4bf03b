"""Terms of an agreement as they come about: from the filing, and as a new version that nobody was shown."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from filing.complaint import complaint
from filing.draft import load
from odr.db.agreements import Agreement
from odr.db.cases import Case
from odr.db.uow import Tx
from odr.domain.agreements import Claim, Instalment, Payment, Terms, from_record, to_record
from odr.languages import translate


async def named(tx: Tx, case: Case, terms: Terms) -> Terms:
    """The terms with the parties' names as the case has them."""
    found = await names(tx, case)
    return replace(terms, applicant=found.get("A", ""), respondent=found.get("B", ""))


async def names(tx: Tx, case: Case) -> dict[str, str]:
    """Side → the party as papers name it, whoever acts for it."""
    signatories = await tx.agreements.signatories(case)
    return {one.side: one.party_name for one in reversed(signatories) if one.side}


async def current(tx: Tx, case: Case) -> Terms:
    """The newest version, or the first terms: claims, facts and amount as filed, still without a day."""
    row = await tx.agreements.newest(case.id)
    if row is not None:
        return from_record(row.terms)
    filed = complaint(load((await tx.drafts.get(case.id)).answers).answers, translate)
    terms = await named(tx, case, Terms(facts="\n".join(filed.facts)))
    claims = tuple(Claim(text) for text in filed.claims)
    if not case.amount_fen:
        return replace(terms, claims=claims)
    whole = (Instalment(case.amount_fen),)
    payment = Payment(terms.respondent, terms.applicant, case.amount_fen, instalments=whole)
    return replace(terms, claims=claims, payments=(payment,))


async def keep(tx: Tx, case: Case, terms: Terms, by: UUID, at: datetime) -> Agreement:
    """The next version; nobody but the mediator sees it before it is offered."""
    last = await tx.agreements.newest(case.id)
    return tx.agreements.add(
        Agreement(
            id=uuid4(),
            case_id=case.id,
            version=last.version + 1 if last else 1,
            terms=to_record(terms),
            written_by=by,
            written_at=at,
        )
    )
