"""Where the focus goes when what had it is drawn anew: the script alone, on a page of a few lines."""

import re
from pathlib import Path

from playwright.async_api import expect

from tests.support.visitors import Visitors

SCRIPT = Path(__file__).resolve().parents[2] / "static" / "js" / "site" / "parts" / "focus.js"
PAGE = """<main><article data-exhibit="A-1"><h3>A-1</h3><p>Said so far</p>
    <details open><summary>Say more</summary><form><button type="button">Send</button></form></details>
    </article></main>"""
ANEW = """() => {
    const card = document.querySelector("article"), made = card.cloneNode(true);
    made.querySelector("details").open = false;
    card.replaceWith(made);
}"""


async def test_a_card_whose_form_is_folded_away_when_it_is_drawn_anew_has_the_focus(
    visitors: Visitors,
) -> None:
    page = await visitors.open("wang", phone=False)
    await page.set_content(PAGE)
    script = re.sub("^export ", "", SCRIPT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    await page.add_script_tag(content=f"{script}\nnew Focus();")
    await page.get_by_role("button", name="Send").focus()
    await page.evaluate(ANEW)
    await expect(page.locator("article")).to_be_focused()
