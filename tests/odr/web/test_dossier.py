from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from odr.app import make_app
from odr.db.migrate import upgrade
from odr.domain import verifier
from odr.domain.trust import parse_trust
from odr.settings import Settings
from odr.wiring import build
from tests.odr.sample_papers import NO_FONTS

pytestmark = pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
VERIFIER = Path(verifier.__file__).read_bytes()
Client = TestClient[Request, Application]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    platform = build(Settings.model_validate({"data_dir": tmp_path, "media_port": 0}))
    await upgrade(platform.db.engine)
    async with TestClient(TestServer(make_app(platform))) as client:
        yield client


async def test_anybody_can_take_the_verifier_and_the_keys(client: Client) -> None:
    answer = await client.get("/verify/odr_verify.py")
    assert await answer.read() == VERIFIER
    keys = await client.get("/verify/trust.json")
    assert parse_trust(await keys.read()).log.name.startswith("odr-log-")


@pytest.mark.parametrize("case_id", ["11111111-1111-4111-8111-111111111111", "no-case"])
async def test_a_stranger_gets_no_dossier(client: Client, case_id: str) -> None:
    answer = await client.get(f"/cases/{case_id}/dossier")
    assert answer.status == 404
