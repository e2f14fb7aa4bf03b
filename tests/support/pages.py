"""The pages of a whole platform, asked by signed-in people without a browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from odr.adapters.objects.filesystem import FilesystemObjects
from odr.app import make_app
from odr.db.migrate import upgrade
from odr.domain.accounts import Actor
from odr.ports.reader import PaperReader
from odr.services.agents import AgentService
from odr.services.invitations import InvitationService
from odr.settings import Settings
from odr.web.middlewares import SESSION_COOKIE
from odr.wiring import Platform, build

Client = TestClient[Request, Application]


class Pages:
    """`get` and `post` follow redirects and insist on a status; `who` is a name given to `sign_in`."""

    def __init__(self, platform: Platform, client: Client) -> None:
        self.platform, self.client = platform, client

    async def sign_in(self, name: str, actor: Actor, lasts: timedelta = timedelta(hours=1)) -> None:
        assert actor.account_id
        now = self.platform.clock.now()
        async with self.platform.db.begin() as tx:
            digest = sha256(f"token-of-{name}".encode()).digest()
            tx.accounts.add_session(digest, actor.account_id, now, now + lasts)

    async def get(self, who: str, path: str, status: int = 200) -> str:
        return await self._ask("GET", who, path, None, status)

    async def post(self, who: str, path: str, form: object = None, status: int = 200) -> str:
        return await self._ask("POST", who, path, form, status)

    async def _ask(self, method: str, who: str, path: str, form: object, status: int) -> str:
        origin = str(self.client.make_url("/"))[:-1]
        headers = {"Origin": origin} | ({"Cookie": f"{SESSION_COOKIE}=token-of-{who}"} if who else {})
        answer = await self.client.request(method, path, data=form or {}, headers=headers)
        text = await answer.text(errors="replace")
        assert answer.status == status, f"{answer.status} at {path}: {text[-1500:]}"
        return text


@asynccontextmanager
async def served(
    folder: Path, *, paper: PaperReader | None = None, **settings: object
) -> AsyncIterator[Pages]:
    """A platform with its files in `folder`; what runs later waits in the outbox.

    `paper` reads the powers of attorney instead of the engines, which have tests of their own.
    """
    platform = build(
        Settings.model_validate({"data_dir": folder, "worker": "separate", "media_port": 0, **settings})
    )
    if paper is not None:
        db, clock, objects = platform.db, platform.clock, _objects(folder)
        agents = AgentService(db, clock, objects, paper)
        platform = replace(platform, agents=agents, invitations=InvitationService(db, clock, objects, paper))
    await upgrade(platform.db.engine)
    async with TestClient[Request, Application](TestServer(make_app(platform))) as client:
        yield Pages(platform, client)


def _objects(folder: Path) -> FilesystemObjects:
    """The store of the platform that was built there."""
    return FilesystemObjects(folder / "objects", (folder / "keys" / "master").read_bytes())
