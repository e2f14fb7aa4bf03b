"""The pages of the invitation and the mediation, asked for as a browser would."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from odr.app import make_app
from odr.db.migrate import upgrade
from odr.settings import Settings
from odr.wiring import build

Client = TestClient[Request, Application]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    platform = build(Settings.model_validate({"data_dir": tmp_path, "media_port": 0}))
    await upgrade(platform.db.engine)
    async with TestClient(TestServer(make_app(platform))) as client:
        yield client


async def test_a_link_that_is_not_ours_says_so(client: Client) -> None:
    assert (await client.get("/invitations/no-such-token")).status == 404
    assert (await client.post("/invitations/no-such-token/refuse")).status == 404


@pytest.mark.parametrize("path", ["/me/messages", "/staff/mediation/{id}", "/cases/{id}/mediation"])
async def test_who_is_not_signed_in_is_asked_to(client: Client, path: str) -> None:
    address = path.format(id="00000000-0000-4000-8000-000000000000")
    answer = await client.get(address, allow_redirects=False)
    assert answer.status == 303
    assert answer.headers["Location"] == f"/sign-in?next={address}"
