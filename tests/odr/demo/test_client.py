"""The browser of the demonstration, before a small site of its own."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.web_request import FileField

from odr.demo.client import Browser, Photo, Refused

PAGE = """<!doctype html><title>立案</title><main><p class="page-header__caption">（2026）1号</p><h1>立案</h1>
<form method="post" action="/other"><button>退出</button></form>
<form method="post" action="/sent" enctype="multipart/form-data">
<input type="hidden" name="nonce" value="n1"><input name="name" value="王"><input type="file" name="photo">
<label><input type="radio" name="way" value="court"></label>
<label><input type="radio" name="way" value="talk" checked></label>
<input type="checkbox" name="declared" value="yes"><textarea name="facts">
旧</textarea>
<select name="kind"><option value="">请选择</option><option value="iou">借条</option></select>
<button name="act" value="save">保存</button><button name="act" value="send">提交</button></form>
<a href="docs/7">回执</a><script type="application/json" id="asked">{"length_ms": 5}</script></main>"""


async def _page(_request: web.Request) -> web.Response:
    return web.Response(text=PAGE, content_type="text/html")


async def _sent(request: web.Request) -> web.Response:
    sent = await request.post()
    told = {
        name: value.file.read().decode() if isinstance(value, FileField) else str(value)
        for name, value in sent.items()
    }
    lines = " ".join(f"{name}={value}" for name, value in told.items())
    return web.Response(text=f"<main>{lines}</main>", content_type="text/html")


async def _refuse(_request: web.Request) -> web.Response:
    page = "<main><h1>登录</h1><p role='alert'>验证码不正确。</p></main>"
    return web.Response(status=422, text=page, content_type="text/html")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    app = web.Application()
    app.add_routes([web.get("/here", _page), web.post("/sent", _sent), web.post("/other", _refuse)])
    server = TestServer(app)
    await server.start_server()
    async with Browser(str(server.make_url("/"))) as opened:
        await opened.open("/here")
        yield opened
    await server.close()


async def test_what_a_page_says_is_read_from_it(browser: Browser) -> None:
    page = browser.page
    assert (page.heading, page.caption) == ("立案", "（2026）1号")
    assert page.link("docs/").endswith("/docs/7")
    assert page.choices("way") == ["court", "talk"]
    assert page.given("asked") == {"length_ms": 5}
    assert "length_ms" not in page.words


async def test_a_form_untouched_sends_what_stands_in_it(browser: Browser) -> None:
    page = await browser.press("保存", ending="/sent")
    assert page.words == "nonce=n1 name=王 way=talk facts=旧 kind= act=save"


async def test_a_form_is_filled_in_and_the_pressed_button_goes_with_it(browser: Browser) -> None:
    photo = Photo("a.jpg", b"jpeg")
    page = await browser.press("提交", way="court", declared=True, facts="新", kind="iou", photo=photo)
    assert page.words == "nonce=n1 name=王 way=court declared=yes facts=新 kind=iou photo=jpeg act=send"


async def test_a_field_that_the_page_does_not_offer_cannot_be_sent(browser: Browser) -> None:
    with pytest.raises(Refused, match="verdict"):
        await browser.press("提交", verdict="same")


async def test_a_refusal_is_told_in_the_words_of_the_page(browser: Browser) -> None:
    with pytest.raises(Refused, match=r"422 .*验证码不正确。"):
        await browser.press("退出")
    assert browser.page.heading == "登录"


async def test_a_button_that_is_not_there_cannot_be_pressed(browser: Browser) -> None:
    with pytest.raises(Refused, match="盖章"):
        await browser.press("盖章")
