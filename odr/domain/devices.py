"""The device check: what was found of camera, microphone, speaker and the way to the server, and why.

Rule 1: camera or microphone alone is enough to take part; without both, or without a way, nobody does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID, uuid5

from odr.errors import BadInput


class Finding(StrEnum):
    OK = "ok"
    WEAK = "weak"  # works, but others will notice
    FAILED = "failed"
    UNTRIED = "untried"


class Fault(StrEnum):
    """Why a part is weak or failed; each has its remedy in the page."""

    DENIED = "denied"  # permission refused
    MISSING = "missing"  # there is none
    BUSY = "busy"  # another app has it
    TIMEOUT = "timeout"  # it never answered: some browsers inside an app
    INSECURE = "insecure"  # an address without https
    BLOCKED = "blocked"  # a browser that cannot do it at all
    MUTED = "muted"  # silenced by the phone itself
    QUIET = "quiet"
    ECHO = "echo"  # the microphone hears the loudspeaker
    SLOW = "slow"
    LOSSY = "lossy"
    NARROW = "narrow"  # little gets out


class Part(StrEnum):
    CAMERA = "camera"
    MICROPHONE = "microphone"
    SPEAKER = "speaker"
    PATH = "path"


class Verdict(StrEnum):
    """`VOICE`: sound alone; `PICTURE`: seen, hears, writes, but is not heard. Each is enough to take part.

    `DEAF`: the tone was not heard; nobody else will be.
    """

    GOOD = "good"
    VOICE = "voice"
    PICTURE = "picture"
    DEAF = "deaf"
    POOR = "poor"
    FAILED = "failed"


# Round trip and loss from which talking gets hard (ITU-T G.114: 400 ms one way is the limit; 10 % loss).
SLOW_MS, BAD_LOSS = 400, 0.10
NARROW_KBPS = 200  # below it the smaller of the two pictures that a seat sends has no room beside the voice
_WRONG = frozenset({Finding.WEAK, Finding.FAILED})


@dataclass(frozen=True, slots=True)
class DeviceCheck:
    """`media`: sound and picture reached the server; `up_kbps`: what got out, None if not measured."""

    camera: Finding
    microphone: Finding
    speaker: Finding
    media: Finding
    rtt_ms: int
    loss: float
    up_kbps: int | None = None
    faults: Mapping[Part, Fault] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if not (0 <= self.rtt_ms <= 60_000 and 0 <= self.loss <= 1 and 0 <= (self.up_kbps or 0) <= 10**7):
            raise BadInput

    @property
    def way(self) -> Fault | None:
        """What is wrong with a way that carries."""
        if self.loss >= BAD_LOSS:
            return Fault.LOSSY
        if self.rtt_ms >= SLOW_MS:
            return Fault.SLOW
        return Fault.NARROW if self.up_kbps is not None and self.up_kbps < NARROW_KBPS else None

    @property
    def path(self) -> Finding:
        """The way to the server."""
        if self.media is not Finding.OK:
            return self.media
        return Finding.WEAK if self.way else Finding.OK

    @property
    def why(self) -> dict[Part, Fault]:
        """The reason for each part that is weak or failed, as far as it was told."""
        found = {part: fault for part, fault in self.faults.items() if self._of(part) in _WRONG}
        return found | ({Part.PATH: self.way} if self.path is Finding.WEAK and self.way else {})

    @property
    def verdict(self) -> Verdict:
        silent, unseen = self.microphone is Finding.FAILED, self.camera is Finding.FAILED
        if self.path is Finding.FAILED or (silent and unseen):
            return Verdict.FAILED
        if self.speaker is Finding.FAILED:
            return Verdict.DEAF
        if silent:
            return Verdict.PICTURE
        if Finding.WEAK in (self.path, self.microphone):
            return Verdict.POOR
        return Verdict.VOICE if unseen else Verdict.GOOD

    def _of(self, part: Part) -> Finding:
        return {
            Part.CAMERA: self.camera,
            Part.MICROPHONE: self.microphone,
            Part.SPEAKER: self.speaker,
            Part.PATH: self.path,
        }[part]

    def stored(self) -> dict[str, Any]:
        """As it is kept and shown."""
        return {
            "camera": self.camera.value,
            "microphone": self.microphone.value,
            "speaker": self.speaker.value,
            "path": self.path.value,
            "rtt_ms": self.rtt_ms,
            "loss": self.loss,
            "up_kbps": self.up_kbps,
            "why": {part.value: fault.value for part, fault in self.why.items()},
            "verdict": self.verdict.value,
        }


def room_of_check(sitting_id: UUID, account_id: UUID) -> UUID:
    """The media room of this person's device check, where they are alone."""
    return uuid5(sitting_id, account_id.hex)


# The first that a user agent (RFC 9110 section 10.1.5) holds; those built on another come before it.
_SYSTEMS: Final = (
    ("OpenHarmony", "HarmonyOS"),
    ("HarmonyOS", "HarmonyOS"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)
_BROWSERS: Final = (
    ("MicroMessenger", "WeChat"),
    ("DingTalk", "DingTalk"),
    ("HuaweiBrowser", "Huawei Browser"),
    ("MiuiBrowser", "Mi Browser"),
    ("UCBrowser", "UC Browser"),
    ("MQQBrowser", "QQ Browser"),
    ("QQBrowser", "QQ Browser"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)


def runs_on(user_agent: str) -> str:
    """Device and browser as support speaks of them, "Android · WeChat"; "" if neither is known.

    Nothing else of what the browser says of itself is kept: it could tell two phones apart.
    """
    return " · ".join(filter(None, (_first(_SYSTEMS, user_agent), _first(_BROWSERS, user_agent))))


def _first(names: Sequence[tuple[str, str]], text: str) -> str:
    return next((name for mark, name in names if mark in text), "")
