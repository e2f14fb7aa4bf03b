"""What a room's page says while its line is cut, and once it is whole again."""

from playwright.async_api import Page, expect

from tests.support.rooms import sees_and_hears
from tests.support.wire import Wire

BROKEN = "网络中断，现在别人听不到您。正在自动恢复，请不要离开本页。"
TODO = "请靠近路由器或改用移动数据"
# What the browser itself knew of its connections when the page's words came.
_OVERHEARD = """() => {
    const words = document.querySelector("[data-trouble]");
    window.knew = null;
    new MutationObserver((_, watcher) => {
        if (words.hidden) return;
        window.knew = window.connections.map((one) => one.connectionState).filter((one) => one !== "closed");
        watcher.disconnect();
    }).observe(words, { attributes: true });
}"""


async def cut(page: Page, wire: Wire) -> None:
    """The line goes dead without a word to anybody; the page tells its person before its browser knows."""
    await page.evaluate(_OVERHEARD)
    wire.cut()
    words = page.locator("[data-trouble]")
    await expect(words).to_contain_text(BROKEN)
    await expect(words).to_contain_text(TODO)
    assert await page.evaluate("window.knew") == ["connected"]


async def joined(page: Page, wire: Wire, *, inside: bool = True) -> None:
    """The line is whole; the page says nothing more of it, and where people talk they are seen and heard."""
    wire.join()
    await expect(page.locator("[data-trouble]")).to_be_hidden()
    if inside:
        await sees_and_hears(page, more=5)
    else:
        await expect(page.locator("[data-lobby-words]")).to_contain_text("已经连接")
