"""ICE-lite (RFC 8445 section 2.5): we answer checks, the browser does the work.

Rule 1: a check is read by the STUN library only after its user name was found to be one of ours.
Rule 2: an address counts as a peer's only after a check with the right password came from it.
"""

import secrets
import struct
from dataclasses import dataclass

from aioice import stun

BINDING_REQUEST = b"\x00\x01"
USERNAME = 0x0006


@dataclass(frozen=True, slots=True)
class Credentials:
    """Our side's; RFC 8445 section 5.3 asks for 24 and 128 bits of randomness at least."""

    ufrag: str
    password: str


@dataclass(frozen=True, slots=True)
class Check:
    """A connectivity check that proved itself, and what to send back."""

    nominates: bool
    response: bytes


def new_credentials() -> Credentials:
    return Credentials(secrets.token_hex(6), secrets.token_hex(16))


def addressee(data: bytes) -> str | None:
    """Our ufrag in a binding request; None for everything else. `data` has a sound STUN header."""
    if data[:2] != BINDING_REQUEST:
        return None
    at = 20
    while at + 4 <= len(data):
        kind, size = struct.unpack_from("!HH", data, at)
        if kind == USERNAME:
            return data[at + 4 : at + 4 + size].partition(b":")[0].decode("ascii", "replace")
        at += 4 + size + (-size % 4)
    return None


def answer(data: bytes, address: tuple[str, int], credentials: Credentials) -> Check | None:
    """Check the password and build the response; None for a forged or broken check."""
    try:
        request = stun.parse_message(data)
    except (ValueError, struct.error):
        return None
    key = credentials.password.encode()
    if not request.check_message_integrity(key):
        return None
    response = stun.Message(
        message_method=stun.Method.BINDING,
        message_class=stun.Class.RESPONSE,
        transaction_id=request.transaction_id,
    )
    response.attributes["XOR-MAPPED-ADDRESS"] = address
    response.add_message_integrity(key)
    return Check("USE-CANDIDATE" in request.attributes, bytes(response))
