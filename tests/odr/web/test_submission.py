"""The receipt of a filing: a paper that proves the day, the bytes and the entry of the log (R-04)."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from aiohttp import FormData
from click.testing import CliRunner

from odr.__main__ import main
from odr.domain.signed_pdfs import PROOF, attached
from odr.worker import Worker, handlers
from tests.odr.sample_papers import NO_FONTS
from tests.support.filings import LOAN_ANSWERS, open_account
from tests.support.pages import Pages, served

pytestmark = pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
URGENT = {
    "plaintiff": "王示范",
    "plaintiff_phone": "13800000000",
    "defendant": "杨示意",
    "claims": "还款五万元",
}


@pytest.fixture
async def pages(tmp_path: Path) -> AsyncIterator[Pages]:
    async with served(tmp_path) as opened:
        yield opened


async def received(pages: Pages) -> UUID:
    """An urgent filing of a person who has not proved who he is, through the pages."""
    platform = pages.platform
    wang = await open_account(platform.db, "wang", platform.clock.now())
    await pages.sign_in("wang", wang)
    case = await platform.drafts.start(wang, LOAN_ANSWERS)
    await pages.post("wang", f"/cases/{case}/draft/urgent", {"urgent": "yes"})
    for question, value in URGENT.items():
        await pages.post("wang", f"/cases/{case}/draft/{question}", {"value": value})
    await pages.post("wang", f"/cases/{case}/notice", {"version": "2026-01", "confirmed": "yes"})
    assert "先提交" in await pages.get("wang", f"/cases/{case}/submit")
    page = await pages.post("wang", f"/cases/{case}/submit", {"declared": "yes"})
    assert "补全立案材料" in page
    assert "审查最后一日" not in page  # there is none before it is complete
    return case


async def print_papers(pages: Pages) -> None:
    platform = pages.platform
    await Worker(platform.db, platform.clock, handlers(platform)).turn()


async def receipt_of(pages: Pages, case: UUID) -> bytes:
    async with pages.platform.db.read() as tx:
        row = await tx.documents.newest(case, "receipt")
    assert row
    return await pages.platform.objects.get(row.object_key)


async def test_the_receipt_proves_hash_time_and_log_and_anybody_can_check_it(
    pages: Pages, tmp_path: Path
) -> None:
    case = await received(pages)
    await print_papers(pages)
    pdf = await receipt_of(pages, case)
    proof = json.loads(attached(pdf, PROOF) or b"{}")
    page = await pages.get("wang", f"/cases/{case}/receipt")
    shown = re.search(r"<code>([0-9a-f]{64})</code>", page)
    assert shown
    record = await pages.client.get(f"/cases/{case}/submission.json", headers={"Cookie": "sid=token-of-wang"})
    digest = sha256(await record.read()).hexdigest()
    assert digest == shown[1] == json.loads(proof["act"])["details"]["submission_sha256"]

    form = FormData()
    form.add_field("file", pdf, filename="receipt.pdf", content_type="application/pdf")
    checked = await pages.post("", "/verify", form)
    assert "finding--bad" not in checked
    for words in ("电子签名", "全程留痕日志 filing.receive", "存证时间戳"):
        assert words in checked

    paper, trust = tmp_path / "receipt.pdf", tmp_path / "trust.json"
    paper.write_bytes(pdf)
    trust.write_text(pages.platform.trust.json(), encoding="utf-8")
    asked = ["verify", str(paper), "--trust", str(trust)]
    told = await asyncio.to_thread(CliRunner().invoke, main, asked)
    assert told.exit_code == 0, told.output
    paper.write_bytes(pdf.replace(b"/Producer", b"/Pr0ducer", 1) + b"\n")
    told = await asyncio.to_thread(CliRunner().invoke, main, asked)
    assert told.exit_code == 1


async def test_nobody_else_reads_what_was_submitted(pages: Pages) -> None:
    case = await received(pages)
    liu = await open_account(pages.platform.db, "liu", pages.platform.clock.now())
    await pages.sign_in("liu", liu)
    for path in ("submission.json", "receipt"):
        await pages.get("liu", f"/cases/{case}/{path}", status=404)
