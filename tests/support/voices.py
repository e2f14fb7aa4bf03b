"""Voices that differ: each microphone gives a tone of its own, so that a test knows whom a page plays.

Chromium reads a sound file for the fake microphone (`--use-file-for-fake-audio-capture`) again and again.
The tone swells and fades twice a second: what lasts is noise to the suppression of noise.
"""

import asyncio
import wave
from pathlib import Path
from typing import Final

import numpy as np
from playwright.async_api import Page

RATE: Final = 48_000
TONES_HZ: Final = (450, 640, 1010, 1430, 1750, 2290)  # none an overtone of another
QUIET_DB: Final = -70  # below it nothing of a tone is there; Chromium's silence is below -100
STANDS_OUT_DB: Final = 20  # above what lies beside it: the others' voices, a click
# Asked twenty times in a second and a half: the loudest level, in decibels, of each tone that comes, and how
# loud the page plays it, 0 to 1. A connection that was left is closed, and counts for nothing.
_HEARD = """async ([tones, leap]) => {
    const audio = new AudioContext(), ears = [];
    for (const connection of window.connections.filter((one) => one.connectionState !== "closed")) {
        for (const { track } of connection.getReceivers()) {
            if (track.kind !== "audio" || track.readyState === "ended") continue;
            const analyser = audio.createAnalyser(), stream = new MediaStream([track]);
            analyser.fftSize = 4096;
            analyser.smoothingTimeConstant = 0;
            audio.createMediaStreamSource(stream).connect(analyser);
            const plays = (one) => one.srcObject?.getTracks().includes(track) && !one.paused && !one.muted;
            const volume = () => [...document.querySelectorAll("audio")].find(plays)?.volume ?? 0;
            ears.push({ analyser, volume });
        }
    }
    const found = Object.fromEntries(tones.map((tone) => [tone, { level: -200, volume: 0 }]));
    for (let round = 0; round < 20; round += 1) {
        await new Promise((next) => setTimeout(next, 75));
        for (const { analyser, volume } of ears) {
            const bins = new Float32Array(analyser.frequencyBinCount);
            analyser.getFloatFrequencyData(bins);
            for (const tone of tones) {
                const at = Math.round((tone * analyser.fftSize) / audio.sampleRate);
                const level = Math.max(...bins.slice(at - 1, at + 2));
                const beside = Math.max(...bins.slice(at - 9, at - 5), ...bins.slice(at + 6, at + 10));
                if (level - beside < leap || level < found[tone].level) continue;
                found[tone] = { level, volume: volume() };
            }
        }
    }
    await audio.close();
    return found;
}"""


class Voices:
    """The tones of the people of a test, and what of them a page lets its person hear."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tones: dict[str, int] = {}

    def of(self, name: str) -> Path:
        """The sound file of this person's microphone."""
        self._tones[name] = tone = TONES_HZ[len(self._tones)]
        path = self._folder / f"{name}.wav"
        at = np.arange(RATE) / RATE
        swell = np.clip(np.sin(2 * np.pi * 2 * at), 0, None)
        samples = (16_000 * np.sin(2 * np.pi * tone * at) * swell).astype("<i2")
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(samples.tobytes())
        return path

    async def heard(self, page: Page) -> dict[str, float]:
        """Who is to be heard there just now, and how loud they are played, 0 to 1."""
        found = await page.evaluate(_HEARD, [list(self._tones.values()), STANDS_OUT_DB])
        by_name = {name: found[str(tone)] for name, tone in self._tones.items()}
        return {name: one["volume"] for name, one in by_name.items() if one["level"] > QUIET_DB}

    async def expect(self, page: Page, **wanted: float) -> None:
        """Until exactly these are heard, so loud; who is played with 0 arrives and is silent."""
        last: dict[str, float] = {}
        try:
            async with asyncio.timeout(45):
                while (last := await self.heard(page)) != wanted:
                    pass
        except TimeoutError:
            raise AssertionError(f"heard {last}, not {wanted}") from None
