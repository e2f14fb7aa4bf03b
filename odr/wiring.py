"""Composition root: settings to adapters to services; the only place that names adapters."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from odr.adapters.clock import SystemClock
from odr.adapters.sms.sandbox import SandboxSms
from odr.db.uow import Database
from odr.ports.clock import Clock
from odr.services.accounts import AccountService
from odr.services.health import HealthService
from odr.services.messages import MessageService
from odr.services.pushes import PushService
from odr.services.sandbox import SandboxService
from odr.settings import Settings


@dataclass(frozen=True, slots=True)
class Platform:
    """Everything a process serves with."""

    settings: Settings
    db: Database
    clock: Clock
    accounts: AccountService
    health: HealthService
    messages: MessageService
    pushes: PushService
    sandbox: SandboxService

    async def close(self) -> None:
        await self.db.close()


def build(settings: Settings) -> Platform:
    """The platform of these settings; makes the data directory and its keys at the first start."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    db, clock = Database(settings.database), SystemClock()
    sandbox = SandboxService(db, clock)
    return Platform(
        settings=settings,
        db=db,
        clock=clock,
        accounts=AccountService(db, clock, _secret(settings.data_dir / "keys" / "codes")),
        health=HealthService(db),
        messages=MessageService(SandboxSms(sandbox), settings.court_name),
        pushes=PushService(db, clock),
        sandbox=sandbox,
    )


def _secret(path: Path) -> bytes:
    """32 random bytes kept in a file that only the owner reads."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(secrets.token_bytes(32))
    return path.read_bytes()
