"""The oral complaint through its pages: the person's, and the desk where it is written down."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import FormData

from odr.domain.steps import Role
from odr.web.middlewares import SESSION_COOKIE
from tests.support.filings import LOAN_ANSWERS, open_account
from tests.support.mediations import staff
from tests.support.pages import Pages, served

VOICE = b"\x1aE\xdf\xa3" + b"opus"


@pytest.fixture
async def pages(tmp_path: Path) -> AsyncIterator[Pages]:
    async with served(tmp_path) as opened:
        yield opened


async def test_a_complaint_is_told_written_down_corrected_and_confirmed(pages: Pages) -> None:
    now, db = pages.platform.clock.now(), pages.platform.db
    liu = await open_account(db, "liu", now)
    clerk = await staff(db, "+8613800000004", "诉调对接专员", now, Role.COORDINATOR)
    await pages.sign_in("liu", liu)
    await pages.sign_in("clerk", clerk)
    case = await pages.platform.drafts.start(liu, LOAN_ANSWERS)
    spoken, desk = f"/cases/{case}/spoken", f"/staff/spoken/{case}"

    assert "请先录音" in await pages.post("liu", spoken, {"way": "voice"}, status=422)
    form = FormData({"way": "voice"})
    form.add_field("voice", VOICE, filename="voice.webm", content_type="audio/webm")
    page = await pages.post("liu", spoken, form)
    assert "工作人员正在记录" in page
    assert f'src="{spoken}/voice"' in page

    assert desk in await pages.get("clerk", "/staff")
    assert f'src="{desk}/voice"' in await pages.get("clerk", desk)
    assert "都要记录" in await pages.post("clerk", desk, {"claims": "还钱", "facts": ""}, status=422)
    await pages.post("clerk", desk, {"claims": "还四万元", "facts": "去年借给他五万元，没有还。"})
    await pages.get("liu", desk, status=403)

    assert "还四万元" in await pages.get("liu", spoken)
    assert "请说明哪里不对" in await pages.post("liu", f"{spoken}/answer", {"note": ""}, status=422)
    await pages.post("liu", f"{spoken}/answer", {"note": "是五万元"})
    assert "是五万元" in await pages.get("clerk", desk)
    await pages.post("clerk", desk, {"claims": "还五万元", "facts": "去年借给他五万元，没有还。"})
    assert "您已经确认" in await pages.post("liu", f"{spoken}/answer", {"right": "yes"})
    assert "还五万元" in await pages.get("liu", f"/cases/{case}/draft/check")


async def test_a_player_gets_the_recording_in_the_pieces_it_asks_for(pages: Pages) -> None:
    liu = await open_account(pages.platform.db, "liu", pages.platform.clock.now())
    await pages.sign_in("liu", liu)
    case = await pages.platform.drafts.start(liu, LOAN_ANSWERS)
    await pages.platform.statements.ask(liu, case, "voice", VOICE)

    async def ask(wanted: str) -> tuple[int, bytes, str | None]:
        headers = {"Cookie": f"{SESSION_COOKIE}=token-of-liu"} | ({"Range": wanted} if wanted else {})
        answer = await pages.client.get(f"/cases/{case}/spoken/voice", headers=headers)
        return answer.status, await answer.read(), answer.headers.get("Content-Range")

    assert await ask("") == (200, VOICE, None)
    assert await ask("bytes=0-1") == (206, VOICE[:2], f"bytes 0-1/{len(VOICE)}")
    assert await ask("bytes=4-") == (206, VOICE[4:], f"bytes 4-{len(VOICE) - 1}/{len(VOICE)}")
    assert await ask("bytes=-3") == (206, VOICE[-3:], f"bytes {len(VOICE) - 3}-{len(VOICE) - 1}/{len(VOICE)}")
    for beyond in ("bytes=900-", "bytes=x"):
        assert (await ask(beyond))[0] == 416, beyond
