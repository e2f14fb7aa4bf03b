"""A plane tells when a track begins to ask for anything, so that a quiet room is passed over."""

import pytest

from rtc.core import rtcp
from rtc.core.leg import Leg
from rtc.plane.python import PythonParts
from tests.rtc.core.scenes import Scene
from tests.rtc.planes import PLANES, parts_of


@pytest.fixture(scope="module", params=PLANES, autouse=True)
def plane(request: pytest.FixtureRequest) -> None:
    Scene.make_parts = staticmethod(parts_of(request.param))


def test_nothing_is_left_to_ask_of_whom_everything_came() -> None:
    scene = Scene("anna", "bo")
    scene.all_hear_all()

    def asks() -> bool:
        return scene.room.legs[1].asks

    for number in range(20):
        scene.send("anna", scene.cameras["anna"].packet() if number else scene.cameras["anna"].key())
        scene.send("anna", scene.microphones["anna"].packet())
        scene.wishes()
    assert not asks()
    scene.cameras["anna"].packet()  # is lost
    scene.send("anna", scene.cameras["anna"].packet())
    assert asks()
    assert [type(report) for _, report in scene.wishes(0.05)] == [rtcp.ReceiverReport, rtcp.Nack]
    scene.wishes(2.0)  # given up
    assert not asks()
    scene.control("bo", rtcp.write_picture_loss(scene.room.legs[2].pairs[0].video.ssrc))
    assert (1, rtcp.KeyframeWish(901)) in scene.wishes()


def test_a_room_in_which_nobody_lost_anything_is_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene("anna", "bo")
    if Scene.make_parts is PythonParts:
        pytest.skip("the plane in Python does not tell when a track begins to ask")
    scene.all_hear_all()
    scene.send("anna", scene.microphones["anna"].packet())
    scene.wishes()
    looked = list[int]()

    def look(leg: Leg, _: float) -> list[bytes]:
        looked.append(leg.number)
        return []

    monkeypatch.setattr(Leg, "wishes", look)
    scene.send("anna", scene.microphones["anna"].packet())
    scene.wishes()
    assert not looked
    scene.microphones["anna"].packet()  # is lost
    scene.send("anna", scene.microphones["anna"].packet())
    scene.wishes()
    assert looked == [1, 2]
