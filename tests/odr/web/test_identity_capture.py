"""The scripts of the camera, in a browser, under the page's policy, with a camera that shows a person."""

import json
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass, field
from html import escape
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import Image
from playwright.async_api import expect

from filing.challenges import LOOK_AHEAD, SAY, Action, Challenge, challenge_of
from filing.face_engines import Points, default_engine
from filing.faces import open_photo
from filing.images import open_upright
from filing.liveness import Reason, judge
from filing.motion import features
from filing.quality import LIMITS, WORDS, Fault, faults
from odr.demo.puppet import Pose
from tests.support.camera import LANDSCAPE, Camera
from tests.support.faces import jpeg, needs_faces, portrait, puppet
from tests.support.sitter import Sitter
from tests.support.visitors import Visitors

STATIC = Path(__file__).resolve().parents[3] / "static"
POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:"

MakeCamera = Callable[..., Camera]

LIVENESS = """
<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/static/css/identity.css">
<script type="module" src="/static/js/identity/liveness.js"></script>
<section data-liveness><script type="application/json" id="liveness-challenge">%s</script>
<button type="button" data-liveness-start>start</button>
<div class="liveness__stage" data-liveness-stage hidden>
<video class="liveness__mirror" playsinline muted></video>
<div class="liveness__oval"></div>
<div class="liveness__words"><p class="liveness__say" data-liveness-say aria-live="assertive"></p>
<button type="button" data-liveness-stop>stop</button></div></div>
<p role="status" data-liveness-words></p>
<form data-liveness-form method="post" enctype="multipart/form-data" action="/sent">
<input type="hidden" name="times"><input type="file" name="frames" multiple hidden></form></section>
"""
CAPTURE = """
<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/static/css/identity.css">
<script type="module" src="/static/js/identity/capture.js"></script>
<form data-capture data-quality="RULES" method="post" enctype="multipart/form-data" action="/sent">
<input type="file" name="photo" accept="image/*">
<button type="button" data-capture-open hidden>camera</button>
<div class="capture__stage" data-capture-stage hidden><video playsinline muted></video>
<div class="capture__guide" data-capture-guide></div>
<div class="capture__buttons"><button type="button" data-capture-shoot>shoot</button></div></div>
<figure data-capture-preview hidden><img alt="the photo"></figure><p role="status" data-capture-words></p>
<button type="submit">send</button></form>
"""


@dataclass
class Desk:
    """A server of two pages, and what was sent to it."""

    challenge: Challenge
    url: str = ""
    files: list[bytes] = field(default_factory=list)
    times: list[int] = field(default_factory=list)

    async def page(self, request: web.Request) -> web.Response:
        asked = {
            "look_ahead": LOOK_AHEAD,
            "lights": [asdict(one) for one in self.challenge.lights],
            "prompts": [asdict(one) | {"say": SAY[one.action]} for one in self.challenge.prompts],
            "length_ms": self.challenge.length_ms,
        }
        rules = {"limits": asdict(LIMITS), "words": {str(fault): text for fault, text in WORDS.items()}}
        capture = CAPTURE.replace("RULES", escape(json.dumps(rules)))
        text = capture if request.path == "/capture" else LIVENESS % json.dumps(asked)
        headers = {"Content-Security-Policy": POLICY}
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def sent(self, request: web.Request) -> web.Response:
        form = await request.post()
        for name in ("frames", "photo"):
            self.files += [one.file.read() for one in form.getall(name, []) if isinstance(one, web.FileField)]
        if "times" in form:
            self.times = json.loads(str(form["times"]))
        return web.Response(text="<!doctype html><title>sent</title>", content_type="text/html")


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk(challenge_of((Action.TURN_RIGHT, Action.BLINK), random.Random(11)))
    app = web.Application(client_max_size=8_000_000)
    app.router.add_get("/liveness", made.page)
    app.router.add_get("/capture", made.page)
    app.router.add_post("/sent", made.sent)
    app.router.add_static("/static", STATIC)
    async with TestServer(app) as server:
        made.url = str(server.make_url("/"))
        yield made


@needs_faces
async def test_a_person_before_the_camera_passes_the_challenge(
    visitors: Visitors, make_camera: MakeCamera, desk: Desk
) -> None:
    actor, camera = puppet("s10", 8), make_camera("zhang", LANDSCAPE)
    sitter = Sitter(actor, camera, desk.challenge)
    page = await visitors.open("zhang", camera=camera)
    await page.goto(f"{desk.url}liveness")
    await sitter.watch(page)
    await page.click("[data-liveness-start]")
    await sitter.obey()
    await page.wait_for_url("**/sent")
    verdict = judge(list(zip(desk.files, desk.times, strict=True)), desk.challenge, portrait("s10", 1))
    assert verdict.passed, (verdict.reasons, verdict.actions, verdict.glow)


@needs_faces
async def test_without_a_camera_the_page_says_so_and_lets_try_again(visitors: Visitors, desk: Desk) -> None:
    page = await visitors.open("li")
    await page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotFoundError'))"
    )
    await page.goto(f"{desk.url}liveness")
    await page.click("[data-liveness-start]")
    await page.wait_for_selector("[data-trouble=missing]")
    assert "No camera was found" in (await page.text_content("[data-liveness-words]") or "")
    assert await page.is_enabled("[data-liveness-start]")


# Where the 68 landmarks of the server lie among the 468 points of the page's mesh.
IN_THE_MESH = {0: 234, 16: 454, 8: 152, 30: 1, 62: 13, 66: 14} | dict(
    zip(range(36, 48), (33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380), strict=True)
)
MEASURE = """async ([mesh, rest]) => {
  const { motionOf, isDone } = await import("/static/js/identity/parts/motion.js");
  const now = motionOf(mesh), before = rest ? motionOf(rest) : now;
  const actions = ["turn_left", "turn_right", "nod", "blink", "open_mouth"];
  return [now, actions.filter((action) => isDone(action, before, now))];
}"""


@needs_faces
async def test_the_page_measures_a_face_and_calls_it_done_as_the_server_does(
    visitors: Visitors, desk: Desk
) -> None:
    page = await visitors.open("li")
    await page.goto(f"{desk.url}capture")
    rest = _landmarks(Pose())
    measured, _ = await page.evaluate(MEASURE, [_mesh(rest), None])
    assert measured == pytest.approx(asdict(features(rest)))
    for action, full in ((Action.TURN_LEFT, Pose(yaw_deg=31)), (Action.BLINK, Pose(blink=1))):
        _, done = await page.evaluate(MEASURE, [_mesh(_landmarks(full)), _mesh(rest)])
        assert done == [action]
        _, begun = await page.evaluate(MEASURE, [_mesh(_landmarks(Pose())), _mesh(rest)])
        assert begun == []


PACE = """async (stalls) => {
  const { Pace } = await import("/static/js/identity/parts/pace.js");
  const pace = new Pace(), times = [];
  for (let now = 1000; pace.t_ms <= LENGTH; now += stalls[times.length % stalls.length]) {
    now += Math.max(0, pace.pause(now));
    times.push(pace.tick(now));
  }
  return times;
}"""


@needs_faces
async def test_the_clock_of_a_capture_waits_for_a_slow_phone(visitors: Visitors, desk: Desk) -> None:
    page = await visitors.open("li")
    await page.goto(f"{desk.url}capture")
    asked = challenge_of((Action.TURN_LEFT, Action.BLINK), random.Random(7))
    grey = jpeg(np.full((48, 64, 3), 128, np.uint8))
    pace = PACE.replace("LENGTH", str(asked.length_ms))
    for stalls_ms in ([0], [30, 0, 20], [0, 1400, 0], [0, 0, 0, 9000], [700], [260.4, 3.3, 1999.9]):
        times = await page.evaluate(pace, stalls_ms)
        gaps = [b - a for a, b in pairwise(times)]
        assert times[0] == 0
        assert 1 <= min(gaps) <= max(gaps) <= 300
        in_the_light = [t_ms for t_ms in times if asked.lights[0].from_ms <= t_ms < asked.lights[-1].until_ms]
        assert len(in_the_light) >= 11
        verdict = judge([(grey, t_ms) for t_ms in times], asked, portrait("s10", 1))
        assert verdict.reasons == (Reason.STILL,)  # its times are in order


async def test_the_guide_says_where_the_face_should_be_and_without_a_mesh_nothing(
    visitors: Visitors, desk: Desk
) -> None:
    page = await visitors.open("li")
    await page.goto(f"{desk.url}capture")
    told = await page.evaluate(
        """async () => {
          const { Guide } = await import("/static/js/identity/parts/guide.js");
          const guide = new Guide(document.createElement("section"));
          const size = { y: 240, width: 360, height: 480 };
          const place = (x, jaw) => ({ faces: 1, motion: {}, place: { x, jaw, ...size } });
          const two = { ...place(180, 200), faces: 2 };
          const seen = [null, { faces: 0 }, two, place(180, 90), place(180, 340)];
          const words = [...seen, place(60, 200), place(185, 200)].map((one) => {
            guide.seen = one;
            return guide.advice();
          });
          return [guide.awake, words];
        }"""
    )
    assert told == [
        False,
        [
            "",
            "Move your face into the oval.",
            "One person only, please.",
            "Come closer.",
            "Move back a little.",
            "Move your face into the oval.",
            "",
        ],
    ]


def _landmarks(pose: Pose) -> Points:
    (face, *_) = default_engine().find(puppet("s10", 8).frame(pose), side_px=480)
    return face.landmarks


def _mesh(landmarks: Points) -> list[list[float]]:
    mesh = [[0.0, 0.0] for _ in range(468)]
    for landmark, point in IN_THE_MESH.items():
        mesh[point] = [float(landmarks[landmark, 0]), float(landmarks[landmark, 1])]
    return mesh


async def test_what_lies_in_the_frame_is_photographed(
    visitors: Visitors, make_camera: MakeCamera, desk: Desk
) -> None:
    table = np.full((480, 640, 3), 96, dtype=np.uint8)
    cv2.rectangle(table, (60, 110), (580, 370), (200, 205, 210), -1)
    for row in range(140, 350, 24):
        cv2.putText(table, "0123456789 ABCDEFGHIJ", (90, row), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (20, 20, 20), 2)
    camera = make_camera("zhang", LANDSCAPE)
    camera.show(Image.fromarray(table))
    page = await visitors.open("zhang", camera=camera)
    await page.goto(f"{desk.url}capture")
    await page.click("[data-capture-open]")
    await page.wait_for_selector("[data-capture-stage]", state="visible")
    await page.click("[data-capture-shoot]")
    await page.wait_for_selector("[data-capture-preview] img")
    assert await page.text_content("[data-capture-words]") == WORDS[Fault.SMALL]  # a camera of 640 pixels
    await page.click("button[type=submit]")
    await page.wait_for_url("**/sent")
    cut = open_upright(desk.files[0])
    assert 560 <= cut.shape[1] <= 640
    assert 320 <= cut.shape[0] <= 420
    assert cut[5, 5].mean() < 130
    assert cut[cut.shape[0] // 2, cut.shape[1] // 12 + 30].mean() > 150


SHARP = "The photo is sharp. You can send it."


def _spoiled() -> list[tuple[Fault | None, npt.NDArray[np.uint8]]]:
    """A drawn paper on a desk or filling the photo, and what may go wrong with it."""
    desk = np.full((900, 1200, 3), 96, np.uint8)
    cv2.rectangle(desk, (150, 120), (1050, 780), (215, 222, 228), -1)
    white = np.full((900, 1200, 3), 249, np.uint8)
    for paper, left, top in ((desk, 190, 180), (white, 150, 100)):
        for row in range(top, 960 - top, 30):
            cv2.putText(
                paper,
                "0123456789 ABCDEFGHIJKLMNOP",
                (left, row),
                cv2.FONT_HERSHEY_SIMPLEX,
                1.4,
                (20, 20, 20),
                2,
            )
    return [
        (Fault.BLUR, np.asarray(cv2.GaussianBlur(desk, (0, 0), 9), np.uint8)),
        (Fault.DARK, (desk // 6).astype(np.uint8)),
        (Fault.GLARE, _with_spot(desk)),
        (None, np.asarray(cv2.add(white, np.full_like(white, 6)), np.uint8)),
        (Fault.GLARE, _with_spot(white)),
        (Fault.CUT, np.ascontiguousarray(desk[:, 400:])),
        (Fault.SMALL, np.asarray(cv2.resize(desk, (600, 450), interpolation=cv2.INTER_AREA), np.uint8)),
    ]


def _with_spot(paper: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.circle(paper.copy(), (600, 450), 200, (255, 255, 255), -1), np.uint8)


async def test_page_and_server_say_the_same_of_a_poor_photo(
    visitors: Visitors, desk: Desk, tmp_path: Path
) -> None:
    page = await visitors.open("zhang")
    await page.goto(f"{desk.url}capture")
    for fault, pixels in _spoiled():
        path = tmp_path / f"{fault}.png"
        Image.fromarray(pixels).save(path)
        await page.set_input_files("input[type=file]", path)
        await expect(page.locator("[data-capture-words]")).to_have_text(WORDS[fault] if fault else SHARP)
        assert next(iter(faults(pixels)), None) is fault


async def test_a_huge_photo_is_made_smaller_before_it_is_sent(
    visitors: Visitors, desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "photo.png"
    Image.new("RGB", (6000, 3000), "white").save(path)
    page = await visitors.open("zhang")
    await page.goto(f"{desk.url}capture")
    await page.set_input_files("input[type=file]", path)
    await page.wait_for_selector("[data-capture-preview] img", state="visible")
    await page.click("button[type=submit]")
    await page.wait_for_url("**/sent")
    assert open_photo(desk.files[0]).shape == (1300, 2600, 3)
