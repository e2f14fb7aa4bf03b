"""The other side sees that a person is verified, and never the number (M15), wherever it looks."""

import io
import re
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urldefrag

import pypdfium2
import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from filing.draft import Draft, dump
from odr.app import make_app
from odr.db.migrate import upgrade
from odr.settings import Settings
from odr.web import routes
from odr.web.middlewares import SESSION_COOKIE
from odr.wiring import build
from odr.worker import Worker, handlers
from tests.odr.sample_papers import NO_FONTS
from tests.odr.settled_case import WebTable
from tests.support.filings import citizen, verify

pytestmark = pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
LINK = re.compile(r'(?:href|src)="(/[^"]*)"')
NUMBERS = {"wang": citizen("wang").id_number, "liu": citizen("zhao").id_number}


@pytest.fixture
async def table(tmp_path: Path) -> AsyncIterator[WebTable]:
    """Both verified, the agreement signed and its confirmation asked for by both, every paper made."""
    platform = build(Settings.model_validate({"data_dir": tmp_path, "worker": "separate", "media_port": 0}))
    await upgrade(platform.db.engine)
    async with TestClient[Request, Application](TestServer(make_app(platform))) as client:
        table = await WebTable(
            platform, client, Worker(platform.db, platform.clock, handlers(platform))
        ).open()
        for key, name in (("wang", "wang"), ("liu", "zhao")):
            await verify(platform.db, table.people[key], name, platform.clock.now())
        async with platform.db.begin() as tx:
            account_id = table.people["wang"].account_id
            assert account_id
            card = await tx.identities.lock(account_id)
            card.front_photo = card.back_photo = "0" * 64  # so that his own page shows what was read
            draft = Draft().typed("plaintiff", "王示范").typed("plaintiff_id", NUMBERS["wang"])
            (await tx.drafts.lock(table.case_id)).answers = dump(draft)
            tx.audit.add(
                table.people["wang"], "draft.answer", "draft", table.case_id, at=platform.clock.now()
            )
        await table.settle()
        for key in NUMBERS:
            await platform.confirmations.apply(table.people[key], table.case_id)
        await table.turn()
        yield table


async def test_no_page_paper_or_dossier_of_the_other_side_holds_an_id_number(table: WebTable) -> None:
    for other, number in (("liu", NUMBERS["wang"]), ("wang", NUMBERS["liu"])):
        seen = await walk(table, other)
        assert [path for path, text in seen.items() if number in text] == []
        papers = [path for path, text in seen.items() if path.endswith("/view") and text]
        assert len(papers) >= 2
        assert "身份已核验" in "".join(
            seen.values()
        )  # the papers of the confirmation are among what was read
    assert NUMBERS["wang"] in (await walk(table, "wang"))["/me/identity/confirm"]  # who looks for it finds it


async def walk(table: WebTable, key: str) -> dict[str, str]:
    """Everything this person can reach by links, and by the addresses that take only a case."""
    case = str(table.case_id)
    asked = [
        row.path.replace("{case}", case).replace("{case_id}", case)
        for group in (routes.public, routes.filing, routes.parties, routes.settling, routes.mediations)
        for row in group()
        if row.method == "GET"
    ]
    waiting, seen = [path for path in asked if "{" not in path], dict[str, str]()
    while waiting:
        path = urldefrag(waiting.pop()).url
        if path in seen or path.startswith(("/static", "/sandbox")):
            continue
        seen[path] = text = await fetched(table, key, path)
        waiting += [link.replace("&amp;", "&") for link in LINK.findall(text) if "lang=" not in link]
    return seen


async def fetched(table: WebTable, key: str, path: str) -> str:
    """What the person gets there, as text; "" where the address is not for this person."""
    assert table.client
    headers = {"Cookie": f"{SESSION_COOKIE}={table.tokens[key]}"}
    answer = await table.client.get(path, headers=headers)
    return words(await answer.read()) if answer.status == 200 else ""


def words(body: bytes) -> str:
    """A page as it is; the text of a PDF; of a zip, that of everything inside."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            return "\n".join(words(packed.read(name)) for name in packed.namelist())
    if body.startswith(b"%PDF"):
        pages = pypdfium2.PdfDocument(body)
        return "".join("".join(page.get_textpage().get_text_range().split()) for page in pages)
    return body.decode(errors="replace")
