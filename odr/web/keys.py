"""Where handlers find the services and the person who asks."""

from aiohttp import web

from odr.domain.accounts import Actor
from odr.domain.trust import Trust
from odr.services.accounts import AccountService
from odr.services.dossier import DossierService
from odr.services.health import HealthService
from odr.services.sandbox import SandboxService
from odr.settings import Settings

SETTINGS = web.AppKey("settings", Settings)
ACCOUNTS = web.AppKey("accounts", AccountService)
DOSSIERS = web.AppKey("dossiers", DossierService)
HEALTH = web.AppKey("health", HealthService)
SANDBOX = web.AppKey("sandbox", SandboxService)

TRUST = web.AppKey("trust", Trust)

ACTOR = web.RequestKey("actor", Actor)
REQUEST_ID = web.RequestKey("request_id", str)
