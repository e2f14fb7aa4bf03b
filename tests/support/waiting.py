"""Waiting for what must come, however little of the machine this process gets."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

_LOOKS: Final = 2000  # 10 ms apart, and as far as the machine lets them: then it is waited for in vain


async def until(true: Callable[[], bool], what: str) -> None:
    async def so() -> bool:
        return true()

    await until_so(so, what)


async def until_so(
    true: Callable[[], Awaitable[bool]], what: str, more: Callable[[], str] = lambda: ""
) -> None:
    for _ in range(_LOOKS):  # counted, not timed: a starved process looks as often as a free one
        if await true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"waited in vain for {what}; {more()}")
