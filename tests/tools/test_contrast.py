"""Colours that stand on each other are told apart by people with weak eyes (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "static/css/site/tokens.css"
COLOURS = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", TOKENS.read_text().split("html {")[0]))

TEXT = [
    *(
        (ink, ground)
        for ink in ("ink", "ink-soft", "accent", "bad")
        for ground in ("ground", "surface", "sunken")
    ),
    *((ink, f"{ink}-soft") for ink in ("accent", "warm", "good", "warn", "bad")),
    *(("ink", f"{tone}-soft") for tone in ("accent", "warm", "good", "warn", "bad")),
    ("ink-soft", "accent-soft"),
    ("warm", "surface"),
    ("warm", "ground"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-accent", "warm"),
]
BORDERS = [("line-field", "surface"), ("line-field", "ground"), ("focus", "surface"), ("focus", "ground")]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(COLOURS[one]), luminance(COLOURS[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_stands_out_from_its_ground(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize(("line", "ground"), BORDERS)
def test_fields_and_focus_stand_out_from_their_ground(line: str, ground: str) -> None:
    assert contrast(line, ground) >= 3
