"""What the journeys rely on: faults are seen, pictures reach the page, barriers are found."""

from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web
from PIL import Image

from tests.support.axe import barriers
from tests.support.camera import Camera
from tests.support.firefox import Firefox
from tests.support.visitors import Visitors

POLICY = "default-src 'self'"
PAGES = {
    "/calm": '<!doctype html><html lang="zh"><title>安</title><main><h1>安</h1></main>',
    "/inline": "<!doctype html><title>x</title><script>window.told = 1</script>",
    "/missing": '<!doctype html><title>x</title><img src="/none.png" alt="">',
    "/away": '<!doctype html><title>x</title><img src="http://192.0.2.1/x.png" alt="">',
    "/barrier": '<!doctype html><html lang="zh"><title>x</title><main><h1>x</h1><input></main>',
    "/camera": "<!doctype html><title>x</title><video playsinline muted></video>",
}
OPEN_CAMERA = """async () => {
    const video = document.querySelector('video');
    video.srcObject = await navigator.mediaDevices.getUserMedia({video: true, audio: true});
    await video.play();
    return [video.videoWidth, video.videoHeight];
}"""
RED = """() => {
    const canvas = Object.assign(document.createElement('canvas'), {width: 8, height: 8});
    const pen = canvas.getContext('2d');
    pen.drawImage(document.querySelector('video'), 0, 0, 8, 8);
    const [red, green, blue] = pen.getImageData(4, 4, 1, 1).data;
    return red > 180 && green < 80 && blue < 80;
}"""


@pytest.fixture
async def pages() -> AsyncIterator[str]:
    """The address of a server with the pages above."""

    async def page(request: web.Request) -> web.Response:
        if request.path == "/broken":
            return web.Response(status=500, text="broken")
        if request.path == "/again":
            return web.Response(status=422, text=PAGES["/calm"], content_type="text/html")
        body = PAGES.get(request.path)
        if body is None:
            return web.Response(status=204 if request.path == "/favicon.ico" else 404)
        return web.Response(text=body, content_type="text/html", headers={"Content-Security-Policy": POLICY})

    app = web.Application()
    app.router.add_get("/{path:.*}", page)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://localhost:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/inline", "Content Security Policy"),
        ("/missing", "404 from"),
        ("/away", "left the machine"),
        ("/broken", "500 from"),
    ],
)
async def test_a_complaint_of_the_browser_is_a_fault(
    visitors: Visitors, pages: str, path: str, fault: str
) -> None:
    page = await visitors.open("wang")
    await page.goto(f"{pages}{path}", wait_until="networkidle")
    assert any(fault in told for told in visitors.faults()), visitors.faults()
    visitors.forgive.append(".*")


async def test_a_page_that_asks_to_look_again_is_no_fault(visitors: Visitors, pages: str) -> None:
    page = await visitors.open("wang", phone=False)
    await page.goto(f"{pages}/again")
    await page.goto(f"{pages}/calm")
    assert visitors.faults() == []


async def test_a_phone_is_a_phone(visitors: Visitors, pages: str) -> None:
    page = await visitors.open("wang")
    await page.goto(f"{pages}/calm")
    assert await page.evaluate("[screen.width, navigator.language, 'ontouchstart' in window]") == [
        390,
        "zh-CN",
        True,
    ]


async def test_the_camera_shows_what_the_test_shows(
    visitors: Visitors, pages: str, make_camera: Callable[..., Camera]
) -> None:
    camera = make_camera("wang")
    page = await visitors.open("wang", camera=camera)
    await page.goto(f"{pages}/camera")
    assert await page.evaluate(OPEN_CAMERA) == list(camera.size)
    assert not await page.evaluate(RED)
    camera.show(Image.new("RGB", (64, 64), (250, 10, 10)))
    await page.wait_for_function(RED, timeout=5000)
    shades = camera.prepare(Image.new("RGB", (64, 64), (10, 10, shade)) for shade in (100, 200))
    await camera.play(shades, frames_per_s=20)
    await page.wait_for_function(f"() => !({RED})()", timeout=5000)


async def test_a_field_without_a_label_is_a_barrier(visitors: Visitors, pages: str) -> None:
    page = await visitors.open("wang", phone=False)
    await page.goto(f"{pages}/barrier")
    assert any("critical label" in one for one in await barriers(page))
    await page.goto(f"{pages}/calm")
    assert await barriers(page) == []


async def test_firefox_has_a_camera_too(firefox: Firefox, pages: str) -> None:
    assert await firefox.goto(f"{pages}/camera") == 200
    width, height = await firefox.evaluate(f"return await ({OPEN_CAMERA})()")
    assert width > 0
    assert height > 0
