"""Settings of the media server, from the environment; prefix RTC_."""

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_TURN_URL = re.compile(r"turns?:([\w.-]+|\[[\da-fA-F:]+\])(:\d{1,5})?(\?transport=(udp|tcp))?")  # RFC 7065


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

    model_config = SettingsConfigDict(env_prefix="RTC_", frozen=True, hide_input_in_errors=True)

    addresses: Annotated[tuple[MediaAddress, ...], NoDecode] = ()
    udp_port: int = 0  # 0: any free one
    plane: Literal["auto", "python", "native"] = "auto"  # auto: in C where it was built
    http_host: str = "127.0.0.1"
    http_port: int = 8101
    origin: str = ""  # of the pages that may connect, when they come from another server
    ticket_key: SecretStr | None = None
    control_key: SecretStr | None = None
    turn_urls: Annotated[tuple[str, ...], NoDecode] = ()
    turn_secret: SecretStr | None = None
    recordings: Path | None = None  # where they are written; without it nothing is recorded
    silence_s: float = 30.0  # Firefox checks every 4.3 to 5.6 s: measured; six of them may be lost

    @field_validator("addresses", mode="before")
    @classmethod
    def _read_addresses(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(_address(part.strip()) for part in value.split(",") if part.strip())

    @field_validator("turn_urls", mode="before")
    @classmethod
    def _read_turn_urls(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        urls = tuple(part.strip() for part in value.split(",") if part.strip())
        if not all(_TURN_URL.fullmatch(url) for url in urls):
            raise ValueError("each is like turn:turn.court.example:3478?transport=udp")
        return urls

    @model_validator(mode="after")
    def _turn_is_whole(self) -> Self:
        if bool(self.turn_urls) != bool(self.turn_secret and self.turn_secret.get_secret_value()):
            raise ValueError("RTC_TURN_URLS and RTC_TURN_SECRET are set together or not at all")
        return self


def _address(text: str) -> MediaAddress:
    public, _, local = text.partition("@")
    for part in (public, local or public):
        ipaddress.ip_address(part)
    return MediaAddress(public, local or public)
