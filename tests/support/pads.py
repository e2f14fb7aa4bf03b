"""The pad for a handwritten signature."""

from playwright.async_api import Page


async def draw(page: Page) -> None:
    """A stroke over the canvas, as a hand makes it."""
    canvas = page.locator("[data-pad] canvas")
    await canvas.scroll_into_view_if_needed()
    box = await canvas.bounding_box()
    assert box
    left, top, width, height = box["x"], box["y"], box["width"], box["height"]
    await page.mouse.move(left + width * 0.2, top + height * 0.3)
    await page.mouse.down()
    for across, down in ((0.35, 0.7), (0.5, 0.25), (0.65, 0.75), (0.8, 0.4)):
        await page.mouse.move(left + width * across, top + height * down, steps=6)
    await page.mouse.up()
