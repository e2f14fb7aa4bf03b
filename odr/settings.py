"""The settings of the platform, read once from ODR_* variables.

Rule 1: demo defaults let it start with an empty environment; production demands what matters.
Rule 2: an error names the variable and never its value.
"""

import os
from datetime import time
from itertools import pairwise
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from filing.jurisdiction import FilingPoint

ROOT = Path(__file__).resolve().parent.parent

_DEMONSTRATION = (
    FilingPoint(
        "示范区人民法院",
        "诉讼服务中心",
        "示范区公正路1号",
        "工作日 9:00—12:00，13:30—17:00",
        "12368",
        ("样本市",),
    ),
)
_OPTIONAL = frozenset({"network_identity"})  # ways that nobody needs, open through a stand-in if it is named


class Settings(BaseSettings):
    """Every field is a variable `ODR_<NAME>`; docs/operations.md lists them."""

    model_config = SettingsConfigDict(
        env_prefix="ODR_", frozen=True, extra="forbid", hide_input_in_errors=True
    )

    mode: Literal["sandbox", "production"] = "sandbox"
    data_dir: Path = ROOT / "var"
    database_url: str = ""  # empty: SQLite in the data directory
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)  # 0: any free port
    https_port: int = Field(8443, ge=0, le=65535)
    lan: bool = True  # HTTPS on the LAN addresses, so that a phone's camera works
    behind_proxy: bool = False  # a proxy ends TLS: serve plain HTTP on `host`, trust X-Forwarded-*
    public_url: str = ""  # what links in messages begin with; empty: the address served
    drain_s: float = Field(0, ge=0, le=300)  # how long /readyz says no before the doors close
    worker: Literal["embedded", "separate"] = "embedded"
    media_port: int = Field(8444, ge=0, le=65535)  # UDP
    media_workers: int = Field(0, ge=0, le=64)  # processes for sound and pictures; 0: the web process does it
    media_servers: str = ""  # comma-separated addresses of such processes elsewhere, in place of our own
    reader_processes: int = Field(1, ge=1, le=16)
    face_accept_below: float = Field(0.50, gt=0, le=0.6)  # distances; filing/faces.py says what they stand on
    face_review_below: float = Field(0.55, gt=0, le=0.6)
    court_name: str = "示范区人民法院"
    court_code: str = "示0108"  # in case numbers, as the Supreme People's Court assigns it

    video_hours: str = "09:00-12:00,13:30-17:00"  # of staff checks by video, on working days
    filing_points: tuple[FilingPoint, ...] = ()  # the court's doors; JSON, as docs/operations.md shows

    sms: Literal["sandbox"] = "sandbox"
    register_check: Literal["sandbox"] = "sandbox"
    payments: Literal["sandbox"] = "sandbox"
    signer: Literal["demonstration"] = "demonstration"
    timestamps: Literal["demonstration"] = "demonstration"
    allow_sandbox: str = ""  # production: comma-separated adapters that may stay sandboxes

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'odr.sqlite'}"

    @property
    def video_spans(self) -> tuple[tuple[time, time], ...]:
        """The hours of staff checks by video, in order."""
        return _spans(self.video_hours)

    @property
    def recordings(self) -> Path:
        """Where media writes recordings: plain while they are made, and until they are composed."""
        return self.data_dir / "recordings"

    @property
    def own_https(self) -> bool:
        """Whether the platform serves HTTPS itself, with a certificate of its own making."""
        return self.lan and not self.behind_proxy

    @property
    def base_url(self) -> str:
        """Where the platform reaches itself, and what links in messages begin with."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def doors(self) -> tuple[FilingPoint, ...]:
        """Where this court takes filings; the demonstration has one of its own."""
        return self.filing_points or (_DEMONSTRATION if self.mode == "sandbox" else ())

    def offers(self, name: str) -> bool:
        """Whether a way that nobody needs is open through its stand-in: in production only if it is named."""
        return self.mode == "sandbox" or name in {one.strip() for one in self.allow_sandbox.split(",")}

    @property
    def fonts(self) -> tuple[Path, ...]:
        """Folders with fonts for papers, the first choice first."""
        packages = ROOT / "node_modules" / "@expo-google-fonts"
        return (packages / "noto-serif-sc", Path("/usr/share/fonts/opentype/noto"))

    @property
    def root(self) -> Path:
        """The checkout: templates, static files and locales lie below it."""
        return ROOT

    @property
    def media_ports(self) -> tuple[int, ...]:
        """The UDP port of each media process of this machine."""
        return tuple(self.media_port + n if self.media_port else 0 for n in range(self.media_workers))

    @property
    def media_addresses(self) -> tuple[str, ...]:
        """Where the media servers of other machines are ordered and signalled."""
        return tuple(one.strip() for one in self.media_servers.split(",") if one.strip())

    @field_validator("video_hours")
    @classmethod
    def _hours_follow_one_another(cls, text: str) -> str:
        _spans(text)
        return text

    @model_validator(mode="after")
    def _media_is_one_way(self) -> Self:
        if self.media_workers and self.media_addresses:
            raise ValueError("ODR_MEDIA_WORKERS and ODR_MEDIA_SERVERS are two ways: set one of them")
        if self.media_port + max(0, self.media_workers - 1) > 65535:
            raise ValueError("ODR_MEDIA_PORT leaves no room for the ports of all ODR_MEDIA_WORKERS")
        if any(not one.startswith(("http://", "https://")) for one in self.media_addresses):
            raise ValueError("ODR_MEDIA_SERVERS is like http://10.0.0.5:8101,http://10.0.0.6:8101")
        return self

    @model_validator(mode="after")
    def _production_is_named(self) -> Self:
        if self.mode == "sandbox":
            return self
        allowed = {name.strip() for name in self.allow_sandbox.split(",") if name.strip()}
        stand_ins: dict[str, str] = {
            "sms": self.sms,
            "register_check": self.register_check,
            "payments": self.payments,
            "signer": self.signer,
            "timestamps": self.timestamps,
        }
        if unknown := sorted(allowed - stand_ins.keys() - _OPTIONAL):
            raise ValueError(f"ODR_ALLOW_SANDBOX names what is no stand-in: {', '.join(unknown)}")
        refused = sorted(
            name
            for name, adapter in stand_ins.items()
            if adapter in ("sandbox", "demonstration") and name not in allowed
        )
        if refused:
            names = ", ".join(f"ODR_{name.upper()}" for name in refused)
            raise ValueError(
                f"production refuses sandbox adapters unless ODR_ALLOW_SANDBOX names them: {names}"
            )
        if not self.public_url.startswith("https://"):
            raise ValueError("production needs ODR_PUBLIC_URL, an address that begins with https://")
        if not self.database_url:
            raise ValueError("production needs ODR_DATABASE_URL")
        return self


def _spans(text: str) -> tuple[tuple[time, time], ...]:
    """ "09:00-12:00,13:30-17:00" as times of a day; ValueError unless they are in order."""
    moments = [time.fromisoformat(end.strip()) for span in text.split(",") for end in span.split("-")]
    if len(moments) % 2 or any(later <= earlier for earlier, later in pairwise(moments)):
        raise ValueError("write spans of a day in order: 09:00-12:00,13:30-17:00")
    return tuple(zip(moments[::2], moments[1::2], strict=True))


def environment(**settings: str) -> dict[str, str]:
    """The surroundings for another process of the platform: these without ODR_ and RTC_, and `settings`."""
    kept = {name: value for name, value in _here().items() if not name.startswith("RTC_")}
    return kept | {f"ODR_{name.upper()}": value for name, value in settings.items()}


def media_environment(**settings: str) -> dict[str, str]:
    """The surroundings for a media process: these without ODR_, and with `settings`."""
    return _here() | {f"RTC_{name.upper()}": value for name, value in settings.items()}


def _here() -> dict[str, str]:
    here = os.environ  # noqa: TID251  this is the settings module
    return {name: value for name, value in here.items() if not name.startswith("ODR_")}
