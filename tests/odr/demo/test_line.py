"""The row of steps that the demonstration plays."""

import io
from pathlib import Path
from typing import cast

from rich.console import Console

from odr.demo.client import Refused
from odr.demo.line import STEPS
from odr.demo.scene import Scene, open_scene
from odr.demo.steps import Step, play_all, table_of


async def _holds(_scene: Scene) -> str:
    return "看到了"


async def _refuses(_scene: Scene) -> str:
    raise Refused("页面说不行")


def test_every_station_is_played_and_none_before_its_turn() -> None:
    stations = [step.station for step in STEPS]
    assert stations == sorted(stations)
    assert set(stations) == set(range(1, 12))


async def test_the_first_step_that_does_not_hold_ends_the_play() -> None:
    told = io.StringIO()
    steps = (Step(1, "甲", _holds), Step(2, "乙", _refuses), Step(3, "丙", _holds))
    console = Console(file=told, width=100)
    played = await play_all(steps, cast(Scene, None), console)
    assert [one.held for one in played] == [True, False, None]
    console.print(table_of(played))
    for words in ("看到了", "页面说不行", "未成立", "未进行"):
        assert words in told.getvalue()


async def test_the_people_of_both_cases_are_at_their_places(tmp_path: Path) -> None:
    scene = open_scene("http://127.0.0.1:9", tmp_path)
    assert scene.a.applicant.name != scene.b.applicant.name
    assert len({one.phone for one in scene.everybody}) == len(scene.everybody)
    await scene.close()
