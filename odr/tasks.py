"""Background tasks: named, kept, logged when they die."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from odr.logs import log

_log = log(__name__)
_running: set[asyncio.Task[Any]] = set()


def spawn(work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
    """Start `work`; the task is held until it ends, and its failure is logged with the trace."""
    task = asyncio.get_running_loop().create_task(work, name=name)
    _running.add(task)
    task.add_done_callback(_ended)
    return task


async def stop(*tasks: asyncio.Task[Any]) -> None:
    """Cancel the tasks and wait until they are gone."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _ended(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled() and (error := task.exception()):
        _log.error("task died", task=task.get_name(), exc_info=error)
