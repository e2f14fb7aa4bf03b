"""A network identity service of invented citizens, whose app is a page of the sandbox."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from odr.domain.citizens import CITIZENS, Citizen
from odr.errors import BadInput, NotFound
from odr.ports.network_identity import NetworkAnswer

LIFETIME: Final = timedelta(minutes=5)
_PAGE: Final = "/sandbox/network-identity"


class SandboxNetworkIdentity:
    """Fits `NetworkIdentity` and `CertificateIssuer`; `secret` signs what it issues."""

    def __init__(self, secret: bytes, now: Callable[[], datetime]) -> None:
        self._secret = secret
        self._now = now
        self._citizens: Mapping[str, Citizen] = {citizen.id: citizen for citizen in CITIZENS}

    def address(self, back: str) -> str:
        return f"{_PAGE}?{urlencode({'back': back})}"

    def issue(self, citizen_id: str) -> str:
        if citizen_id not in self._citizens:
            raise NotFound
        said = f"{citizen_id}.{int(self._now().timestamp())}.{secrets.token_hex(8)}"
        return f"{said}.{self._mark(said)}"

    async def redeem(self, certificate: str) -> NetworkAnswer:
        said, _, mark = certificate.rpartition(".")
        parts = said.split(".")
        if len(parts) != 3 or not hmac.compare_digest(mark.encode(), self._mark(said).encode()):
            raise BadInput("This network certificate is not valid. Please fetch a new one in the app.")
        age = self._now().timestamp() - int(parts[1])
        if not 0 <= age <= LIFETIME.total_seconds():
            raise BadInput("This network certificate is too old. Please fetch a new one in the app.")
        citizen = self._citizens[parts[0]]
        number = hashlib.sha256(f"network:{citizen.id_number}".encode() + self._secret).hexdigest()[:24]
        return NetworkAnswer(number.upper(), citizen.name, parts[2])

    def _mark(self, said: str) -> str:
        return hmac.digest(self._secret, said.encode(), "sha256").hex()[:32]
