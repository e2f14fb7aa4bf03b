"""Review, supplement and payment through their pages."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import FormData

from tests.odr.services.test_evidence import photo
from tests.support.clock import FixedClock
from tests.support.filings import citizen, open_account
from tests.support.mediations import ANSWERS, Reviewed, reviewed
from tests.support.pages import Pages, served


class Court:
    """A filing in review behind the pages of a whole platform."""

    def __init__(self, pages: Pages, case: Reviewed) -> None:
        self.pages, self.platform, self.client, self.case = pages, pages.platform, pages.client, case
        self.sign_in = pages.sign_in

    async def get(self, who: str, path: str, status: int = 200) -> str:
        return await self.pages.get(who, self._of_case(path), status)

    async def post(self, who: str, path: str, form: object = None, status: int = 200) -> str:
        return await self.pages.post(who, self._of_case(path), form, status)

    def _of_case(self, path: str) -> str:
        return path.replace("{case}", str(self.case.case_id))


@pytest.fixture
async def court(tmp_path: Path) -> AsyncIterator[Court]:
    async with served(tmp_path) as pages:
        case = await reviewed(pages.platform.db, FixedClock(pages.platform.clock.now()))
        await pages.sign_in("judge", case.judge)
        await pages.sign_in("party", case.applicant)
        yield Court(pages, case)


async def test_the_judge_reads_the_filing_and_decides_it_once(court: Court) -> None:
    assert citizen("liu").name in await court.get("judge", "/staff")
    page = await court.get("judge", "/staff/cases/{case}")
    assert "身份已核验" in page
    assert ANSWERS["defendant"] in page
    await court.post("judge", "/staff/cases/{case}/docket")
    page = await court.post("judge", "/staff/cases/{case}/docket", status=409)
    assert 'role="alert"' in page
    await court.post("judge", "/staff/cases/{case}/nothing", status=404)


async def test_a_mistake_in_a_decision_is_told_in_its_form(court: Court) -> None:
    page = await court.post("judge", "/staff/cases/{case}/refuse", {"reason": " "}, status=422)
    assert 'href="#field-reason"' in page
    assert 'id="field-reason"' in page
    page = await court.post(
        "judge", "/staff/cases/{case}/supplement", {"items": "借条", "days": "x"}, status=422
    )
    assert "借条" in page


async def test_the_party_answers_with_words_and_a_photo(court: Court) -> None:
    await court.post("judge", "/staff/cases/{case}/supplement", {"items": "借条照片", "days": "7"})
    await court.post("party", "/cases/{case}/supplement", status=409)
    form = FormData({"index": "0", "answer": ""})
    form.add_field("photo", b"MZ", filename="x.jpg", content_type="image/jpeg")
    assert "x.jpg" in await court.post("party", "/cases/{case}/supplement/answer", form, status=422)
    form = FormData({"index": "0", "answer": ""})
    form.add_field("photo", photo(), filename="借条.jpg", content_type="image/jpeg")
    assert "已回答" in await court.post("party", "/cases/{case}/supplement/answer", form)
    await court.post("party", "/cases/{case}/supplement")
    assert "/papers/" in await court.get("judge", "/staff/cases/{case}")


async def test_strangers_find_nothing_and_parties_are_no_judges(court: Court) -> None:
    stranger = await open_account(court.platform.db, "wu", court.platform.clock.now())
    await court.sign_in("stranger", stranger)
    for path in ("supplement", "consent", "withdraw", "payment", "decision"):
        await court.get("stranger", f"/cases/{{case}}/{path}", status=404)
    await court.get("stranger", "/staff/cases/{case}", status=404)
    await court.get("party", "/staff/cases/{case}", status=403)
    await court.post("party", "/staff/cases/{case}/docket", status=403)


async def test_the_agreement_of_a_case_that_is_not_mediated_says_so(court: Court) -> None:
    assert "本案没有进行调解" in await court.get("party", "/cases/{case}/agreement")


async def test_a_filing_is_withdrawn_only_by_one_who_is_sure(court: Court) -> None:
    await court.post("party", "/cases/{case}/withdraw", status=422)
    assert await court.case.state("filing") == "in_review"
    await court.post("party", "/cases/{case}/withdraw", {"sure": "yes"})
    assert await court.case.state("filing") == "withdrawn"


async def test_the_fee_is_paid_at_the_provider_and_a_forged_callback_is_refused(court: Court) -> None:
    await court.post("judge", "/staff/cases/{case}/docket")
    page = await court.post("party", "/cases/{case}/payment")
    assert "¥1,050.00" in page
    async with court.platform.db.read() as tx:
        order_id = (await tx.payments.get(court.case.case_id)).order_id
    forged = await court.client.post("/callbacks/payments", data=b"{}", headers={"X-Payment-Signature": "0"})
    assert forged.status == 403
    paid = await court.post("party", f"/sandbox/payments/{order_id}", {"what": "pay"})
    assert "已支付" in paid
    assert 'name="what"' not in paid  # what is paid is not offered to be paid again
    assert await court.case.state("payment") == "paying"  # the court has not been told yet
    result = await court.platform.payments.query(order_id)
    assert result.amount_fen == 105_000
