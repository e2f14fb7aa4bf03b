"""Where handlers find the services and the person who asks."""

from aiohttp import web

from odr.domain.accounts import Actor
from odr.services.accounts import AccountService
from odr.services.health import HealthService
from odr.services.sandbox import SandboxService
from odr.settings import Settings

SETTINGS = web.AppKey("settings", Settings)
ACCOUNTS = web.AppKey("accounts", AccountService)
HEALTH = web.AppKey("health", HealthService)
SANDBOX = web.AppKey("sandbox", SandboxService)

ACTOR = web.RequestKey("actor", Actor)
REQUEST_ID = web.RequestKey("request_id", str)
