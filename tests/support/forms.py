"""Sending a form as a person does, on a page that may load itself anew at any moment."""

from typing import Final

from playwright.async_api import Locator, Page

# In every document of a visitor: whether this very one has sent a form.
NOTES_SENDING: Final = "addEventListener('submit', () => { window.formSent = true; }, true);"


async def submit(page: Page, button: Locator) -> None:
    """Press the button; back when the page that answers is there.

    A navigation cannot be waited for: news may have begun to load the page, and the form takes its place.
    """
    await button.click()
    await page.wait_for_function("!window.formSent")
    await page.wait_for_load_state("load")
