"""Settings of the media server, from the environment; prefix RTC_."""

import ipaddress
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


@dataclass(frozen=True, slots=True)
class MediaAddress:
    """Where browsers send media to, and the local address behind it (the same, unless there is a NAT)."""

    public: str
    local: str


class MediaSettings(BaseSettings):
    """`RTC_ADDRESSES`: comma-separated, each `public` or `public@local`; empty = this machine's own.

    A local address of 0.0.0.0 works only where one interface exists: replies must leave from the address that
    the browser was told.
    """

    model_config = SettingsConfigDict(env_prefix="RTC_", frozen=True)

    addresses: Annotated[tuple[MediaAddress, ...], NoDecode] = ()
    udp_port: int = 0  # 0: any free one
    plane: Literal["auto", "python", "native"] = "auto"  # auto: in C where it was built
    http_host: str = "127.0.0.1"
    http_port: int = 8101
    origin: str = ""  # of the pages that may connect, when they come from another server
    ticket_key: SecretStr | None = None
    control_key: SecretStr | None = None
    silence_s: float = 30.0  # Firefox checks every 4.3 to 5.6 s: measured; six of them may be lost

    @field_validator("addresses", mode="before")
    @classmethod
    def _read_addresses(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(_address(part.strip()) for part in value.split(",") if part.strip())


def _address(text: str) -> MediaAddress:
    public, _, local = text.partition("@")
    for part in (public, local or public):
        ipaddress.ip_address(part)
    return MediaAddress(public, local or public)
