"""The pages of a check by video: for the two of it, and in words for everybody else."""

from pathlib import Path

from odr.domain.identity import Shown
from odr.domain.steps import Role
from tests.support.filings import open_account
from tests.support.mediations import staff
from tests.support.pages import served


async def test_the_two_have_their_pages_and_everybody_else_is_refused_in_words(tmp_path: Path) -> None:
    async with served(tmp_path) as pages:
        now, db = pages.platform.clock.now(), pages.platform.db
        wu, hu = await open_account(db, "wu", now), await open_account(db, "zhang", now)
        mei = await staff(db, "+8613800000004", "诉调对接专员", now, Role.COORDINATOR)
        lin = await staff(db, "+8613800000001", "立案法官甲", now, Role.FILING_JUDGE)
        judge = await staff(db, "+8613800000008", "司法确认法官", now, Role.CONFIRMING_JUDGE)
        people = {"wu": wu, "hu": hu, "mei": mei, "lin": lin, "judge": judge}
        for name, actor in people.items():
            await pages.sign_in(name, actor)
        await pages.platform.identity.ask_staff(wu, "video", Shown("passport", "Anna", "E1234567"))
        desk = f"/staff/identity/{wu.account_id}"
        waiting = await pages.get("wu", "/me/identity")
        assert "下一位就是您" in waiting
        assert "9:00–12:00，13:30–17:00" in waiting
        assert waiting == await pages.get("wu", "/me/identity/video")  # nobody calls yet
        assert "发起视频核验" in await pages.get("mei", desk)

        page = await pages.post("mei", f"{desk}/video")
        assert "视频核验" in page
        assert "data-verdict" in page
        assert "工作人员正在视频里等您" in await pages.get("wu", "/me/identity")
        assert "工作人员正在视频里等您" in await pages.get("wu", "/me")
        page = await pages.get("wu", "/me/identity/video")
        assert "诉调对接专员" in page
        assert "data-verdict" not in page
        assert '"part": "person"' in await pages.get("wu", "/me/identity/video/state")
        assert '"ticket"' in await pages.post("wu", "/me/identity/video/ticket")

        assert "诉调对接专员正在与此人视频核验" in await pages.post("lin", f"{desk}/video", status=409)
        assert "诉调对接专员正在视频核验" in await pages.get("lin", "/staff")
        for name, status in (("lin", 409), ("judge", 403), ("hu", 403)):
            for path in ("video", "video/state"):
                await pages.get(name, f"{desk}/{path}", status=status)
            for path in ("video", "video/ticket", "video/prompt", "video/verdict", "video/end"):
                form = {"verdict": "same", "note": "", "prompt": "card"}
                await pages.post(name, f"{desk}/{path}", form, status=status)
        assert "ended" in await pages.get("hu", "/me/identity/video/state")
        await pages.post("wu", f"{desk}/video/verdict", {"verdict": "same"}, status=403)

        form = {"verdict": "same", "note": ""}
        assert "还没有见到对方" in await pages.post("mei", f"{desk}/video/verdict", form, status=409)
        assert "正在进行视频核验" in await pages.post("mei", desk, form, status=409)
        await pages.post("mei", f"{desk}/video/end")
        assert "下一位就是您" in await pages.get("wu", "/me/identity")

        await pages.post("mei", desk, {"verdict": "other", "note": "证件照片看不清"})
        page = await pages.get("lin", desk)
        assert "未能确认" in page
        assert "诉调对接专员" in page
        assert "证件照片看不清" in page
        for offered in ("发起视频核验", "记录结果", 'name="verdict"'):
            assert offered not in page
        page = await pages.post("lin", desk, form, status=409)  # a form that was open before
        assert "证件照片看不清" in page
