"""Every paper that is asked for has a sample, every cause its empty complaint (S-054, R-20)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from filing.causes import CAUSES
from filing.materials import ALWAYS
from filing.samples import SAMPLES
from tests.odr.sample_papers import NO_FONTS
from tests.support.pages import Pages, served


@pytest.fixture
async def pages(tmp_path: Path) -> AsyncIterator[Pages]:
    async with served(tmp_path) as opened:
        yield opened


def test_every_material_of_every_cause_has_a_sample() -> None:
    asked = {material.id for cause in CAUSES.values() for material in cause.evidence}
    assert asked | {material.id for material in ALWAYS} == SAMPLES.keys()


@pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
async def test_samples_and_forms_can_be_downloaded_without_a_name(pages: Pages) -> None:
    for address in ("/samples/iou.pdf", "/samples/authority.pdf", "/forms/loan.pdf", "/forms/divorce.pdf"):
        answer = await pages.client.get(address)
        assert answer.content_type == "application/pdf"
        assert (await answer.read()).startswith(b"%PDF-")
    for address in ("/samples/nothing.pdf", "/forms/weather.pdf"):
        await pages.get("", address, status=404)
    await pages.post("", "/triage", {"question": "cause", "value": "lease"})
    page = await pages.get("", "/triage/result")
    assert 'href="/forms/lease.pdf"' in page
    assert 'href="/samples/contract.pdf"' in page
