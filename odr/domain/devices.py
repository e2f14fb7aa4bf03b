"""The device check: what was found of camera, microphone, speaker and the way to the server."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from odr.errors import BadInput


class Finding(StrEnum):
    OK = "ok"
    WEAK = "weak"  # works, but others will notice
    FAILED = "failed"
    UNTRIED = "untried"


class Verdict(StrEnum):
    """`VOICE`: sound alone, which is enough to take part."""

    GOOD = "good"
    VOICE = "voice"
    POOR = "poor"
    FAILED = "failed"


# Round trip and loss from which talking gets hard (ITU-T G.114: 400 ms one way is the limit; 10 % loss).
SLOW_MS, BAD_LOSS = 400, 0.10


@dataclass(frozen=True, slots=True)
class DeviceCheck:
    camera: Finding
    microphone: Finding
    speaker: Finding
    media: Finding  # sound and picture reached the server
    rtt_ms: int
    loss: float

    def __post_init__(self) -> None:
        if not (0 <= self.rtt_ms <= 60_000 and 0 <= self.loss <= 1):
            raise BadInput

    @property
    def path(self) -> Finding:
        """The way to the server."""
        if self.media is not Finding.OK:
            return self.media
        return Finding.WEAK if self.rtt_ms >= SLOW_MS or self.loss >= BAD_LOSS else Finding.OK

    @property
    def verdict(self) -> Verdict:
        if self.microphone is Finding.FAILED or self.path is Finding.FAILED:
            return Verdict.FAILED
        if Finding.WEAK in (self.path, self.microphone):
            return Verdict.POOR
        return Verdict.VOICE if self.camera is Finding.FAILED else Verdict.GOOD

    def stored(self) -> dict[str, Any]:
        """As it is kept and shown."""
        return {
            "camera": self.camera.value,
            "microphone": self.microphone.value,
            "speaker": self.speaker.value,
            "path": self.path.value,
            "rtt_ms": self.rtt_ms,
            "loss": self.loss,
            "verdict": self.verdict.value,
        }
