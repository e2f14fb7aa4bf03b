"""Pages before, beside and after a sitting that are seldom seen, for `make screens` and for axe."""

from dataclasses import replace

from playwright.async_api import Page, expect

from tests.odr.settled_case import WebTable
from tests.odr.web.test_minutes import over
from tests.support.filings import citizen
from tests.support.server import Server
from tests.support.signing_in import sign_in
from tests.support.tables import open_as, seated
from tests.support.visitors import PATIENCE_MS, Visitors
from tools.looking import Photographer

HEAD, CHECKER = "+8613800000003", "+8613800000001"  # odr.demo.court
SAID = "我方同意要四万五千元"


async def walk_pages(people: Visitors, server: Server, look: Photographer) -> None:
    """A case whose sitting is over, a text that changed under its reader, a person seen at the counter."""
    expect.set_options(timeout=PATIENCE_MS)
    people.forgive.append("409 from .*/agreement/clauses")  # a tick on a text that has changed
    table = await seated(server)
    liu = await open_as(table, people, "liu", phone=True)
    mediator = await open_as(table, people, "mediator", phone=False)
    await _text_that_changed(look, table, liu)
    sitting = f"/sittings/{await over(table)}"
    await _minutes(look, sitting, liu, mediator)
    await _after(look, sitting, liu)
    await _complaint(look, table, liu, await people.open("head", phone=False))
    await _seen_at_the_counter(look, await people.open("zhao"), await people.open("checker", phone=False))
    await table.platform.close()


async def _text_that_changed(look: Photographer, table: WebTable, liu: Page) -> None:
    agreements, mediator, case_id = table.platform.agreements, table.people["mediator"], table.case_id
    await agreements.offer(mediator, case_id)
    await liu.goto(f"/cases/{case_id}/agreement")
    await liu.locator("#field-clause-1").check()
    await agreements.revise(mediator, case_id)
    terms = (await agreements.draft(mediator, case_id)).terms
    await agreements.save(mediator, case_id, replace(terms, costs="由双方各自负担"))
    await agreements.offer(mediator, case_id)
    await liu.locator("#field-clause-2").check()
    await expect(liu.locator("[data-stale]")).to_be_visible()
    await look.take(liu, "agreement-stale", whole=True)


async def _minutes(look: Photographer, sitting: str, liu: Page, mediator: Page) -> None:
    await liu.goto(f"{sitting}/minutes")
    await liu.locator("summary", has_text="这一条不对").click()
    await look.take(liu, "minutes-check", whole=True)
    await liu.get_by_label("应当记为").fill(SAID)
    await liu.get_by_role("button", name="提交更正意见").click()
    await expect(liu.locator(".diff ins").first).to_be_visible()
    await mediator.goto(f"{sitting}/minutes")
    await look.take(mediator, "minutes-answer", whole=True)


async def _after(look: Photographer, sitting: str, liu: Page) -> None:
    await liu.goto(sitting)
    await look.take(liu, "survey", whole=True)
    await liu.locator("[name=fair][value='4']").check()
    await liu.locator(".survey button[value=send]").click()
    await expect(liu.locator("main")).to_contain_text("谢谢您")
    await look.take(liu, "survey-thanks", whole=True)


async def _complaint(look: Photographer, table: WebTable, liu: Page, head: Page) -> None:
    here = f"/cases/{table.case_id}/grievance"
    await liu.goto(here)
    await liu.locator("main form button[type=submit]").last.click()
    await expect(liu.locator("#error-summary, [role=alert]").first).to_be_visible()
    await look.take(liu, "complaint", whole=True)
    await liu.locator("[name=grounds]").first.check()
    await liu.locator("[name=text]").fill("调解员说不签就别想走。")
    await liu.locator("main form button[type=submit]").last.click()
    await liu.wait_for_url("**/me/grievances")
    await look.take(liu, "complaint-made", whole=True)
    await sign_in(head, HEAD, "/staff")
    await head.locator("a[href*='/staff/grievances/']").first.click()
    await look.take(head, "complaint-desk", whole=True)


async def _seen_at_the_counter(look: Photographer, zhao: Page, checker: Page) -> None:
    here = "/me/identity/staff-check"
    await sign_in(zhao, citizen("zhao").phone, here)
    await zhao.locator("[name=document]").first.check()
    await zhao.locator("[name=name]").fill(citizen("zhao").name)
    await zhao.locator("[name=number]").fill(citizen("zhao").id_number)
    await zhao.locator("[name=way][value=counter]").check()
    await look.take(zhao, "identity-asked", whole=True)
    await zhao.locator("main form button[type=submit]").click()
    await zhao.wait_for_url("**/me/identity")
    await sign_in(checker, CHECKER, "/staff")
    await checker.locator("a[href*='/staff/identity/']").first.click()
    desk = checker.url
    await look.take(checker, "identity-desk", whole=True)
    await checker.locator("[name=verdict]").first.check()
    await checker.get_by_role("button", name="记录结果").click()
    await checker.goto(desk)
    await look.take(checker, "identity-decided", whole=True)
