"""A participant without a browser: joins a room with a generated picture and a tone, and counts what it gets.

Rule 1: it knows the media server only as a page does, by its signalling and its offers.
"""

import asyncio
import fractions
import math
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import cast

import aiohttp
import av
import numpy as np
import socketio
from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpTransceiver,
    RTCSessionDescription,
)
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError, MediaStreamTrack

from odr.tasks import spawn, stop

NAMESPACE = "/rtc"
UPLINK = {"0": "audio", "1": "video", "su": "screen"}
SCREEN_DOWN = "sd"
VIDEO_CLOCK_HZ = 90_000
CONNECT_S = 15  # the library gives up after one second, which a busy machine needs
Picture = Callable[[int], np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]]


def moving_bars(hue: int, width: int = 320, height: int = 240) -> Picture:
    """A picture that changes each frame: a bright bar wandering over a plain colour; `hue` 0 to 255."""
    ground = np.full((height, width, 3), (hue, 255 - hue, 128), dtype=np.uint8)

    def picture(number: int) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
        frame = ground.copy()
        left = 8 * number % (width - 32)
        frame[:, left : left + 32] = 240
        return frame

    return picture


class PictureTrack(MediaStreamTrack):
    """The pictures at a steady rate."""

    kind = "video"

    def __init__(self, picture: Picture, rate_hz: int) -> None:
        super().__init__()
        self._picture, self._rate_hz = picture, rate_hz
        self._number, self._began = 0, time.monotonic()

    async def recv(self) -> av.VideoFrame:
        await asyncio.sleep(max(0.0, self._began + self._number / self._rate_hz - time.monotonic()))
        frame = av.VideoFrame.from_ndarray(self._picture(self._number), format="rgb24")
        frame.pts = self._number * VIDEO_CLOCK_HZ // self._rate_hz
        frame.time_base = fractions.Fraction(1, VIDEO_CLOCK_HZ)
        self._number += 1
        return frame


class ToneTrack(AudioStreamTrack):
    """A tone that comes and goes each second, as speech does."""

    def __init__(self, tone_hz: float) -> None:
        super().__init__()
        self._tone_hz = tone_hz
        self._samples = 0

    async def recv(self) -> av.AudioFrame:
        silence = cast(av.AudioFrame, await super().recv())  # paced by the library, 8 kHz
        count = silence.samples
        at = (self._samples + np.arange(count)) / silence.sample_rate
        loud = 9000 * (np.sin(math.pi * at) ** 2) * np.sin(2 * math.pi * self._tone_hz * at)
        self._samples += count
        frame = av.AudioFrame.from_ndarray(loud.astype(np.int16).reshape(1, -1), format="s16", layout="mono")
        frame.pts, frame.sample_rate, frame.time_base = silence.pts, silence.sample_rate, silence.time_base
        return frame


class MediaBot:
    """One seat. `frames`, `screens` and `voices` count what was decoded by the seat it came from."""

    def __init__(
        self,
        url: str,
        get_ticket: Callable[[], Awaitable[str]],
        *,
        picture: Picture,
        tone_hz: float = 440.0,
        rate_hz: int = 10,
        session: aiohttp.ClientSession | None = None,
        look: Callable[[av.VideoFrame], None] | None = None,
        screen: Picture | None = None,
    ) -> None:
        """`session` carries the trust of a local authority; `look` is shown each decoded picture.

        `screen` is sent whenever the room asks for it.
        """
        self.frames: Counter[str] = Counter()
        self.screens: Counter[str] = Counter()
        self.voices: Counter[str] = Counter()
        self.ended: str | None = None
        self.muted = False
        self._url, self._get_ticket, self._look = url, get_ticket, look
        self._make: Mapping[str, Callable[[], MediaStreamTrack]] = {
            "audio": lambda: ToneTrack(tone_hz),
            "video": lambda: PictureTrack(picture, rate_hz),
            "screen": lambda: PictureTrack(screen or picture, rate_hz),
        }
        self._tracks: Mapping[str, MediaStreamTrack] = {}
        self._slots: Mapping[str, str] = {}
        self._changed = asyncio.Condition()
        self._counting: dict[str, asyncio.Task[None]] = {}
        self._pc = self._connection()
        self._client = socketio.AsyncClient(reconnection=False, http_session=session)
        for event, handler in {
            "offer": self._take_offer,
            "slots": self._take_slots,
            "muted": self._take_muted,
            "moved": self._take_move,
            "bye": self._take_farewell,
        }.items():
            self._client.on(event, handler, namespace=NAMESPACE)

    def _connection(self) -> RTCPeerConnection:
        """A new one, with tracks of its own: the former stops what it sent."""
        self._tracks = {kind: make() for kind, make in self._make.items()}
        # Not the default policy: with it the fourth section of one offer gets a transport of its own (1.16).
        pc = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        pc.on("connectionstatechange", self._tell)
        return pc

    async def join(self) -> None:
        """Connect and send; returns when the media connection stands. Raises TimeoutError after 15 s."""
        ticket = await self._get_ticket()
        await self._client.connect(
            self._url,
            auth={"ticket": ticket},
            namespaces=[NAMESPACE],
            transports=["websocket"],
            wait_timeout=CONNECT_S,
        )
        async with asyncio.timeout(CONNECT_S):
            await self.until(lambda: self._pc.connectionState == "connected")

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until `true()` of what was counted and told; bound it with `asyncio.timeout`."""
        async with self._changed:
            await self._changed.wait_for(true)

    async def leave(self) -> None:
        await stop(*self._counting.values())
        await self._client.disconnect()
        await self._pc.close()

    async def _take_move(self, _: object) -> None:
        """The room goes to another media server: an offer from there follows, perhaps before this returns."""
        former, counting = self._pc, self._counting
        self._pc, self._counting, self._slots = self._connection(), {}, {}
        await stop(*counting.values())
        await former.close()

    async def _take_offer(self, message: Mapping[str, object]) -> None:
        pc = self._pc
        await pc.setRemoteDescription(RTCSessionDescription(sdp=str(message["sdp"]), type="offer"))
        for transceiver in pc.getTransceivers():
            kind = UPLINK.get(transceiver.mid or "")
            if kind:
                transceiver.sender.replaceTrack(self._tracks[kind])
                transceiver.direction = "sendonly"
        await pc.setLocalDescription(await pc.createAnswer())
        if pc is not self._pc:
            return  # moved meanwhile: the server that offered this is not there any more
        answer = {"version": message["version"], "sdp": pc.localDescription.sdp}
        await self._client.emit("answer", answer, namespace=NAMESPACE)
        await self._take_slots(message)
        for transceiver in pc.getTransceivers():
            self._count(transceiver)

    def _count(self, transceiver: RTCRtpTransceiver) -> None:
        mid = transceiver.mid or ""
        if mid in UPLINK or mid in self._counting:
            return
        self._counting[mid] = spawn(self._count_frames(transceiver), name=f"bot counts {mid}")

    async def _count_frames(self, transceiver: RTCRtpTransceiver) -> None:
        pictures = self.screens if transceiver.mid == SCREEN_DOWN else self.frames
        counter = pictures if transceiver.kind == "video" else self.voices
        while True:
            try:
                frame = await transceiver.receiver.track.recv()
            except MediaStreamError:
                return
            if self._look is not None and isinstance(frame, av.VideoFrame):
                self._look(frame)
            seat = self._slots.get(transceiver.mid or "")
            if seat is not None:
                counter[seat] += 1
                await self._tell()

    async def _take_slots(self, message: Mapping[str, object]) -> None:
        slots = message["slots"]
        if isinstance(slots, Mapping):
            self._slots = slots
        await self._tell()

    async def _take_muted(self, message: Mapping[str, object]) -> None:
        self.muted = message["muted"] is True
        await self._tell()

    async def _take_farewell(self, message: Mapping[str, object]) -> None:
        self.ended = str(message["reason"])
        await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
