"""A case at the table in the database of a served court, and its people in their browsers, signed in."""

from dataclasses import replace
from datetime import date, timedelta

from playwright._impl._api_structures import SetCookieParam
from playwright.async_api import Page

from odr.db.convening import Call, convene
from odr.domain.agreements import Instalment
from odr.domain.sittings import Kind
from odr.domain.steps import Role
from odr.settings import Settings
from odr.web.middlewares import SESSION_COOKIE
from odr.wiring import build
from odr.worker import Worker
from tests.odr.settled_case import TERMS, WebTable
from tests.support.camera import Camera
from tests.support.server import Server
from tests.support.visitors import Visitors


async def seated(server: Server) -> WebTable:
    """A case at the table, in the database of the running server; its agreement is written, not offered."""
    platform = build(Settings.model_validate({"data_dir": server.data}))
    table = await WebTable(platform, None, Worker(platform.db, platform.clock, {})).open()
    payment = replace(TERMS.payments[0], instalments=(Instalment(5_000_000, date(2099, 4, 30)),))
    await platform.agreements.save(
        table.people["mediator"], table.case_id, replace(TERMS, payments=(payment,))
    )
    return table


async def room_of(table: WebTable) -> str:
    """The address of a sitting that is about to begin."""
    db, now = table.platform.db, table.platform.clock.now()
    host, soon = table.people["mediator"], now + timedelta(minutes=5)
    async with db.begin() as tx:
        call = Call(host, Role.MEDIATOR, Kind.MEDIATION, soon, now)
        return f"/sittings/{await convene(tx, table.case_id, call)}"


async def open_as(
    table: WebTable, visitors: Visitors, key: str, *, phone: bool, camera: Camera | None = None
) -> Page:
    page = await visitors.open(key, phone=phone, camera=camera)
    cookie = SetCookieParam(name=SESSION_COOKIE, value=table.tokens[key], url=visitors.origin)
    await page.context.add_cookies([cookie])
    return page


async def phone_of(table: WebTable, key: str) -> str:
    account_id = table.people[key].account_id
    assert account_id
    async with table.platform.db.read() as tx:
        return (await tx.accounts.get(account_id)).phone
