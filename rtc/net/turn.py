"""Ways for browsers whose network lets no UDP out: a TURN server (RFC 8656) with credentials that pass.

Rule 1: the secret stays between us and the TURN server; a browser gets a name with an end, and its HMAC
        (draft-uberti-behave-turn-rest-00, coturn's `use-auth-secret`).
"""

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LIFETIME = timedelta(hours=12)  # longer than any sitting


@dataclass(frozen=True, slots=True)
class TurnServers:
    """`urls` after RFC 7065; `secret` as in the TURN server's `static-auth-secret`."""

    urls: Sequence[str]
    secret: bytes

    def ice_servers(self, name: str, now: datetime) -> list[dict[str, object]]:
        """As `RTCConfiguration.iceServers`; `name` tells connections apart in the server's log."""
        if not self.urls:
            return []
        username = f"{int((now + LIFETIME).timestamp())}:{name}"
        digest = hmac.digest(self.secret, username.encode(), "sha1")
        credential = base64.b64encode(digest).decode()
        return [{"urls": list(self.urls), "username": username, "credential": credential}]
