"""The pages after a sitting: its summary and survey, a complaint and its answer."""

from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from PIL import Image

from odr.db.exhibits import OpinionCall
from odr.domain.steps import Role
from tests.odr.sample_papers import NO_FONTS
from tests.odr.settled_case import WebTable
from tests.odr.web.test_agreements import table as table  # noqa: PLC0414  the fixture, as pytest finds it
from tests.odr.web.test_minutes import action, over

pytestmark = pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")


async def appoint_head(table: WebTable) -> None:
    """The stranger of the table becomes the head of the division."""
    other = table.people["other"]
    async with table.platform.db.begin() as tx:
        assert other.account_id
        tx.accounts.give_role(other.account_id, Role.DIVISION_HEAD)
        tx.audit.add(other, "set_up", "account", other.account_id, at=table.platform.clock.now())


async def test_after_the_sitting_a_party_sees_what_is_left_and_answers_or_complains(table: WebTable) -> None:
    sitting = await over(table)
    await appoint_head(table)
    page = await table.get("liu", f"/sittings/{sitting}")
    assert "会后小结" in page
    assert f"/sittings/{sitting}/minutes" in page
    assert "还没有书面协议" in page
    page = await table.post("liu", f"/sittings/{sitting}/survey", {"act": "send"})
    assert "您还没有选择" in page
    assert "/survey" in page  # pressed by mistake: the questions stay
    page = await table.post("liu", f"/sittings/{sitting}/survey", {"act": "send", "fair": "2", "easy": ""})
    assert "谢谢您" in page
    assert "/survey" not in page
    await table.get("mediator", f"/sittings/{sitting}")
    assert "2.0" in await table.get("other", "/staff")
    assert "每满5份答卷" in await table.get("mediator", "/staff")

    form = f"/cases/{table.case_id}/grievance"
    assert form in await table.get("liu", f"/cases/{table.case_id}")
    mediator = str(table.people["mediator"].account_id)
    told = {"mediator": mediator, "grounds": "forced", "text": ""}
    assert "请写明事情经过" in await table.post("liu", form, told, status=422)
    page = await table.post("liu", form, told | {"text": "他说不签就别想走。"})
    assert "最迟答复日期" in page
    assert "正在处理中" in await table.post("liu", form, told | {"text": "再说一次"}, status=422)
    await table.get("mediator", form, status=404)
    page = await table.get("other", "/staff")
    desk = "/staff/grievances/" + page.split("/staff/grievances/")[1].split('"')[0]
    await table.get("mediator", desk, status=403)
    await table.get("wang", desk, status=403)
    await table.post("other", action(await table.get("other", desk), "/acknowledge"), {"x": "1"})
    await table.post("other", f"{desk}/decide", {"outcome": "warned", "answer": ""}, status=422)
    await table.post("other", f"{desk}/decide", {"outcome": "warned", "answer": "经查属实。"})
    page = await table.get("liu", "/me/grievances")
    assert "经查属实。" in page
    assert "已对调解员警告" in page
    assert "经查属实" not in await table.get("wang", "/me/grievances")


async def leave_time(table: WebTable, sitting: UUID) -> None:
    """A piece of side A's, of which an opinion can be given until tomorrow."""
    photo, mediator = BytesIO(), table.people["mediator"]
    Image.new("RGB", (320, 200), "teal").save(photo, "JPEG")
    await table.platform.evidence.upload(
        table.people["wang"], table.case_id, [("借条.jpg", photo.getvalue())]
    )
    due_at = table.platform.clock.now() + timedelta(days=1)
    async with table.platform.db.begin() as tx:
        (item,) = await tx.evidence.of_case(table.case_id)
        assert mediator.account_id
        await tx.exhibits.call(
            OpinionCall(item_id=item.id, sitting_id=sitting, asked_by=mediator.account_id, due_at=due_at)
        )
        tx.audit.add(mediator, "set_up", "evidence", item.id, at=table.platform.clock.now())


async def test_the_page_after_the_sitting_leads_to_what_is_still_asked_of_evidence(table: WebTable) -> None:
    sitting = await over(table)
    await leave_time(table, sitting)
    page = await table.get("liu", f"/sittings/{sitting}")
    assert "会后小结" in page
    assert "请您发表质证意见" in page
    assert f"/sittings/{sitting}/opinions" in page
