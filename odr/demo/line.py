"""The whole line, played without a person: `python -m odr demo --out DIR`.

Rule 1: the court is a process of its own; everybody reaches it by HTTP, Socket.IO and media alone.
"""

import asyncio
import shutil
from pathlib import Path
from typing import Final

from rich.console import Console

from odr.demo.host import court
from odr.demo.scene import open_scene
from odr.demo.stations import dossier, filing, mediation, room, screens, settlement
from odr.demo.steps import Step, play_all, table_of

_WIDTH: Final = 140  # where nobody looks: the table stays in one piece in a log

STEPS: Final[tuple[Step, ...]] = (
    *filing.STEPS,
    *mediation.STEPS,
    *room.STEPS,
    *settlement.STEPS,
    *dossier.STEPS,
    *screens.STEPS,
)


def play(out: Path) -> bool:
    """Play every step, write the results into the folder `out`; whether every step held."""
    out = out.resolve()
    data = out / "court"
    if data.exists():
        shutil.rmtree(data)  # of an earlier play: its people are registered already
    data.mkdir(parents=True)
    return asyncio.run(_play(out, data, _console()))


def _console() -> Console:
    terminal = Console(highlight=False)
    return terminal if terminal.is_terminal else Console(highlight=False, width=_WIDTH)


async def _play(out: Path, data: Path, console: Console) -> bool:
    console.print("正在开庭：启动服务，绘制样本证件 …")
    async with court(data) as origin:
        console.print(f"法院地址 {origin}")
        scene = open_scene(origin, out)
        try:
            played = await play_all(STEPS, scene, console)
        finally:
            await scene.close()
    console.print(table_of(played))
    for path in scene.results:
        console.print(f"  {path}", soft_wrap=True)
    return all(one.held for one in played)
