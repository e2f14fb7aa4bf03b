"""The pages of guests of a sitting: asked, answered from their telephone, agreed to, and let no further."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from odr.db.convening import Call, convene
from odr.domain.sittings import Kind
from odr.domain.steps import Role
from tests.support.clock import FixedClock
from tests.support.filings import citizen, open_account
from tests.support.pages import served
from tests.support.sittings import open_house


async def test_an_observer_is_asked_answers_and_comes_in_once_both_sides_agree(tmp_path: Path) -> None:
    async with served(tmp_path) as pages:
        now, db = pages.platform.clock.now(), pages.platform.db
        house = await open_house(db, FixedClock(now))
        sun = replace(await open_account(db, "sun", now), since=now)
        people = {"wang": house.wang, "yang": house.yang, "mo": house.mo, "sun": sun}
        for name, actor in people.items():
            await pages.sign_in(name, actor)
        here, person = f"/sittings/{house.sitting}", citizen("sun")
        assert f"{here}/guests" in await pages.get("mo", here)
        asked = {"kind": "observer", "name": person.name, "phone": person.phone}
        refused = await pages.post("mo", f"{here}/guests", asked | {"phone": "12"}, status=422)
        assert person.name in refused  # nothing of what was entered is lost
        page = await pages.post("mo", f"{here}/guests", asked)
        assert "尚未取得双方同意" in page
        assert person.phone not in page
        async with db.read() as tx:
            (event,) = await tx.outbox.pending("sms.send")
            asked_of = {one.payload["name"] for one in await tx.outbox.pending("notice.send")}
        assert asked_of >= {"observer_asked_a", "observer_asked_b"}
        for side in ("wang", "yang"):
            assert "有人受邀旁听" in await pages.get(side, here)
        assert "有人受邀旁听" not in await pages.get("mo", here)
        link = event.payload["path"]
        stranger = await pages.get("", link)
        assert "请您旁听" in stranger
        assert "data-live " not in stranger  # there is no news for whoever is not signed in
        assert person.name not in stranger
        assert "获取验证码" in stranger or "发送验证码" in stranger
        await pages.post("wang", f"{link}/answer", {"answer": "yes"}, status=403)
        waits = await pages.post("sun", f"{link}/answer", {"answer": "yes"})
        assert "双方同意后您会收到短信" in waits
        assert "data-live>" in waits
        await pages.get("sun", here, status=404)
        listed = await pages.get("wang", f"{here}/guests")
        (guest,) = {part.split("/")[0] for part in listed.split(f"{here}/guests/")[1:]}
        await pages.get("sun", f"{here}/guests", status=404)
        await pages.post("mo", f"{here}/guests/{guest}/consent", {"answer": "yes"}, status=403)
        for side in ("wang", "yang"):
            page = await pages.post(side, f"{here}/guests/{guest}/consent", {"answer": "yes"})
            assert "有人受邀旁听" not in await pages.get(side, here)
        assert "双方均已同意" in page
        async with db.read() as tx:
            told = [one.payload for one in await tx.outbox.pending("sms.send")]
            news = [one for one in await tx.pushes.after(0) if one.account_id == sun.account_id]
        assert [one["path"] for one in told if one["template"] == "guest_agreed"] == [here]
        assert "changed" in {one.event for one in news}
        page = await pages.get("sun", here)
        assert "不发言、不发文字" in page
        assert f"/cases/{house.case_id}" not in page
        for closed in ("", "/mediation", "/papers", "/agreement", "/dossier"):
            await pages.get("sun", f"/cases/{house.case_id}{closed}", status=404)
        await pages.get("sun", f"{here}/guests", status=404)
        assert "收回同意" in await pages.get("wang", f"{here}/guests")
        await pages.post("wang", f"{here}/guests/{guest}/consent", {"answer": "no"})
        await pages.get("sun", here, status=404)


async def test_a_party_asks_a_helper_who_is_told_what_they_may_not_do(tmp_path: Path) -> None:
    async with served(tmp_path) as pages:
        now, db = pages.platform.clock.now(), pages.platform.db
        house = await open_house(db, FixedClock(now))
        sun = replace(await open_account(db, "sun", now), since=now)
        for name, actor in {"wang": house.wang, "yang": house.yang, "mo": house.mo, "sun": sun}.items():
            await pages.sign_in(name, actor)
        here, person = f"/sittings/{house.sitting}", citizen("sun")
        asked = {"kind": "helper", "name": person.name, "phone": person.phone}
        assert "由需要协助的一方邀请" in await pages.post("mo", f"{here}/guests", asked, status=422)
        page = await pages.post("wang", f"{here}/guests", asked)
        assert "在外等候" in page
        async with db.read() as tx:
            (event,) = await tx.outbox.pending("sms.send")
        link = event.payload["path"]
        assert "不能代当事人表态" in await pages.get("", link)
        await pages.post("sun", f"{link}/answer", {"answer": "yes"})
        room = await pages.get("sun", here)
        assert "不能代当事人表态" in room
        assert "被申请人的协助人" not in room
        assert "申请人的协助人" in room
        assert f"/cases/{house.case_id}" not in room
        (guest,) = {part.split("/")[0] for part in page.split(f"{here}/guests/")[1:]}
        await pages.post("yang", f"{here}/guests/{guest}/consent", {"answer": "yes"}, status=403)
        page = await pages.post("wang", f"{here}/guests/{guest}/consent", {"answer": "yes"})
        assert "您方单独谈话时也在场" in page
        assert "单独谈话时" not in (await pages.get("yang", f"{here}/guests")).partition("<form")[0]


async def test_a_helper_asked_to_the_judges_hearing_reads_nothing_of_talks_apart(tmp_path: Path) -> None:
    async with served(tmp_path) as pages:
        now, db = pages.platform.clock.now(), pages.platform.db
        house = await open_house(db, FixedClock(now))
        judge = await open_account(db, "zhao", now)
        async with db.begin() as tx:
            call = Call(judge, Role.CONFIRMING_JUDGE, Kind.CONFIRMATION, now + timedelta(minutes=30), now)
            hearing = await convene(tx, house.case_id, call)
        await pages.sign_in("wang", house.wang)
        person, links = citizen("sun"), dict[UUID, str]()
        asked = {"kind": "helper", "name": person.name, "phone": person.phone}
        for sitting in (house.sitting, hearing):
            await pages.post("wang", f"/sittings/{sitting}/guests", asked)
            async with db.read() as tx:
                sent = {event.payload["path"] for event in await tx.outbox.pending("sms.send")}
            (links[sitting],) = sent - set(links.values())
        assert "单独" in await pages.get("", links[house.sitting])
        assert "单独" not in await pages.get("", links[hearing])
