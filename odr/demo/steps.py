"""A step of the demonstration, and how a row of them is played and shown.

Rule 1: a step holds only if it says what it saw; the first that fails ends the play.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import aiohttp
from rich.console import Console
from rich.table import Table
from rich.text import Text

from odr.demo.client import Refused
from odr.demo.scene import Scene

Play = Callable[[Scene], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Step:
    """`station` as in the list of the line; `play` does it and says what was seen, or raises Refused."""

    station: int
    title: str
    play: Play


@dataclass(frozen=True, slots=True)
class Played:
    """What became of a step; `held` None: not reached."""

    step: Step
    seen: str = ""
    seconds: float = 0.0
    held: bool | None = None


async def play_all(steps: Sequence[Step], scene: Scene, console: Console) -> list[Played]:
    """Play the steps in order, a line each as it happens."""
    begun = time.monotonic()
    played: list[Played] = []
    for step in steps:
        if played and not played[-1].held:
            played.append(Played(step))
            continue
        console.print(Text(f"[{_clock(begun)}] {step.station:>2} {step.title} …", style="dim"))
        played.append(await _play(step, scene))
        console.print(_line(played[-1], begun), soft_wrap=True)
    return played


def table_of(played: Sequence[Played]) -> Table:
    """Every step with its check and its time."""
    table = Table(title="全流程演示结果", title_justify="left", expand=False)
    table.add_column("站", justify="right")
    table.add_column("步骤")
    table.add_column("查验", overflow="fold")
    table.add_column("秒", justify="right")
    table.add_column("结果")
    for one in played:
        told = "成立" if one.held else "未成立" if one.held is False else "未进行"
        style = "green" if one.held else "red" if one.held is False else "dim"
        row = (str(one.step.station), one.step.title, one.seen, f"{one.seconds:.1f}", Text(told, style=style))
        table.add_row(*row)
    return table


async def _play(step: Step, scene: Scene) -> Played:
    begun = time.monotonic()
    try:
        seen, held = await step.play(scene), True
    except Refused as refused:
        seen, held = str(refused), False
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        seen, held = f"{type(error).__name__} {error}", False
    return Played(step, seen, time.monotonic() - begun, held)


def _line(played: Played, begun: float) -> Text:
    mark, style = ("✓", "green") if played.held else ("✗", "bold red")
    return Text.assemble(
        f"[{_clock(begun)}] {played.step.station:>2} ",
        (f"{mark} {played.step.title}", style),
        f"　{played.seen}（{played.seconds:.1f} 秒）",
    )


def _clock(begun: float) -> str:
    seconds = int(time.monotonic() - begun)
    return f"{seconds // 60}:{seconds % 60:02}"


async def together(*works: Awaitable[str]) -> str:
    """What several people do at the same time; what they saw, in order."""
    return "；".join(dict.fromkeys(await asyncio.gather(*works)))
