"""The court of the demonstration: the real program as a process of its own, on free ports."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import aiohttp

from odr.demo.client import Refused
from odr.settings import ROOT, environment

_START_S: Final = 90.0
_STOP_S: Final = 20.0
# Two readers: three people photograph their cards at the same moment, and the machine has two cores.
_SETTINGS: Final = {"lan": "false", "reader_processes": "2"}


@contextlib.asynccontextmanager
async def court(data: Path) -> AsyncIterator[str]:
    """The origin of a court that opened on the folder `data`; it is closed in good order at the end."""
    port, media_port = _free(socket.SOCK_STREAM), _free(socket.SOCK_DGRAM)
    with (data / "server.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "odr", "serve", "--port", str(port), "--data", str(data)),
            cwd=ROOT,
            env=environment(media_port=str(media_port), **_SETTINGS),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    origin = f"http://127.0.0.1:{port}"
    try:
        await _ready(origin, process, data / "server.log")
        yield origin
    finally:
        if process.returncode is None:
            process.terminate()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _STOP_S)
        if process.returncode is None:
            process.kill()


async def _ready(origin: str, process: asyncio.subprocess.Process, log: Path) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(_START_S):
        while process.returncode is None:
            with contextlib.suppress(aiohttp.ClientConnectionError):
                async with session.get(f"{origin}/readyz") as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.1)
    raise Refused(f"服务没有启动，见 {log}")


def _free(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
