"""The pool of readers keeps its promises about hostile files."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from pikepdf import Dictionary, Name

from filing.errors import Unfinished, Unreadable
from filing.images import open_upright
from odr.adapters.reader.pool import FUNCTIONS as FILING
from odr.adapters.reader.pool import Bounds, ReaderPool
from odr.errors import Unavailable
from tests.support.hostile import large_photo, pdf, saved

JOBS = "tests.odr.adapters.reader_jobs"
FUNCTIONS = {name: f"{JOBS}:{name}" for name in ("double", "process_id", "refuse", "crash", "flood", "stall")}


@pytest.fixture
async def pool() -> AsyncIterator[ReaderPool]:
    pool = ReaderPool(Bounds(workers=1, waiting=1, timeout_s=2.0, memory_bytes=2_000_000_000), FUNCTIONS)
    yield pool
    await pool.close()


async def test_a_job_is_answered(pool: ReaderPool) -> None:
    assert await pool.run("double", 21) == 42


async def test_a_refusal_arrives_as_the_error_it_was(pool: ReaderPool) -> None:
    with pytest.raises(Unreadable) as caught:
        await pool.run("refuse")
    assert caught.value.message == Unreadable.public


@pytest.mark.parametrize("poison", ["crash", "flood", "stall"])
async def test_a_poisoned_file_costs_its_process_and_no_more(pool: ReaderPool, poison: str) -> None:
    with pytest.raises(Unfinished):
        await pool.run(poison)
    assert await pool.run("double", 1) == 2


async def test_the_one_too_many_is_turned_away(pool: ReaderPool) -> None:
    answers = await asyncio.gather(*(pool.run("double", n) for n in range(3)), return_exceptions=True)
    assert answers[:2] == [0, 2]
    assert isinstance(answers[2], Unavailable)


async def test_a_process_is_replaced_after_its_share_of_jobs() -> None:
    pool = ReaderPool(Bounds(workers=1, jobs_each=2), FUNCTIONS)
    ids = [await pool.run("process_id") for _ in range(3)]
    await pool.close()
    assert ids[0] == ids[1] != ids[2]


async def test_a_closed_pool_turns_jobs_away(pool: ReaderPool) -> None:
    await pool.start()
    closing = ReaderPool(Bounds(workers=1), FUNCTIONS)
    await closing.close()
    with pytest.raises(Unavailable):
        await closing.run("double", 1)


async def test_an_asker_who_leaves_does_not_take_the_process_along(pool: ReaderPool) -> None:
    await pool.run("double", 1)
    asking = asyncio.gather(pool.run("stall"))
    await asyncio.wait([asking], timeout=0.2)
    asking.cancel()
    assert await pool.run("double", 4) == 8


async def test_48_megapixels_are_opened_and_cut_within_a_gigabyte() -> None:
    names = ("examine", "crop")
    pool = ReaderPool(Bounds(workers=1, memory_bytes=1_000_000_000), {name: FILING[name] for name in names})
    for form in ("JPEG", "HEIC"):
        photo = large_photo(form)
        assert open_upright((await pool.examine(photo)).shown).shape == (1800, 2400, 3)
    box = ((4000.0, 3000.0), (4400.0, 3000.0), (4400.0, 3060.0), (4000.0, 3060.0))
    assert (await pool.crop(large_photo("JPEG"), box)).startswith(b"\x89PNG")
    await pool.close()


def _endless() -> bytes:
    """A PDF of 2 KB whose one page draws ten thousand million squares: each form shows the last ten times."""
    document = pdf()
    page = document.pages[0]
    form = document.make_stream(b"0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 99, 99])
    for _ in range(10):
        shows = Dictionary(XObject=Dictionary(F=form))
        form = document.make_stream(
            b"/F Do " * 10, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 99, 99], Resources=shows
        )
    page.Resources = Dictionary(XObject=Dictionary(F=form))
    page.Contents = document.make_stream(b"/F Do")
    return saved(document)


async def test_a_page_that_is_never_drawn_costs_its_process_and_the_next_one_is_drawn() -> None:
    pool = ReaderPool(Bounds(workers=1, timeout_s=4.0), {"page": FILING["page"]})
    with pytest.raises(Unfinished):
        await pool.page(_endless(), 0, dpi=100)
    assert open_upright(await pool.page(saved(pdf()), 0, dpi=30)).any()
    await pool.close()
