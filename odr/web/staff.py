"""The court's start page: a queue for each role that the person holds."""

from aiohttp import web

from odr.domain.identity import CHECKERS
from odr.domain.permissions import STAFF
from odr.domain.statements import RECORDERS
from odr.domain.steps import Role
from odr.errors import NotPermitted, NotSignedIn
from odr.web.keys import (
    ACTOR,
    CLOCK,
    CONFIRMATIONS,
    GRIEVANCES,
    MEDIATION,
    REVIEW,
    STAFF_CHECKS,
    STATEMENTS,
    SURVEYS,
)
from odr.web.render import render


async def show(request: web.Request) -> web.Response:
    actor = request[ACTOR]
    if not actor.signed_in:
        raise NotSignedIn
    if not actor.staff_roles & STAFF:
        raise NotPermitted
    judges = actor.staff_roles & {Role.FILING_JUDGE, Role.DIVISION_HEAD}
    filings = await request.app[REVIEW].queue(actor) if judges else None
    checks = await request.app[STAFF_CHECKS].queue(actor) if actor.staff_roles & set(CHECKERS) else None
    mediations = await request.app[MEDIATION].queue(actor) if Role.MEDIATOR in actor.staff_roles else None
    spoken = await request.app[STATEMENTS].queue(actor) if actor.staff_roles & set(RECORDERS) else None
    confirming = Role.CONFIRMING_JUDGE in actor.staff_roles
    confirmations = await request.app[CONFIRMATIONS].queue(actor) if confirming else None
    head = Role.DIVISION_HEAD in actor.staff_roles
    grievances = await request.app[GRIEVANCES].queue(actor) if head else None
    ratings = await request.app[SURVEYS].ratings(actor) if head else None
    own_rating = await request.app[SURVEYS].own(actor) if Role.MEDIATOR in actor.staff_roles else None
    now = request.app[CLOCK].now()
    return render(
        request,
        "staff/queues.html",
        filings=filings,
        checks=checks,
        mediations=mediations,
        confirmations=confirmations,
        spoken=spoken,
        grievances=grievances,
        ratings=ratings,
        own_rating=own_rating,
        now=now,
    )
