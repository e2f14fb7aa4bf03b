"""Draw fresh papers and photograph them, with what they say, as `bench/ocr.py` reads it.

    python -m bench.papers --out DIR [--seed N] [--each N] [--kind KIND] [--level LEVEL] [--fonts DIR]...

Fonts: those of the checkout and the system, and of each --fonts DIR (packages such as fonts-wqy-zenhei,
fonts-arphic-ukai, fonts-lxgw-wenkai unpacked). The levels are clean, mild, hard, extreme.
"""

import io
import json
import random
from pathlib import Path

import click
from PIL import Image, ImageFont

from bench.fiction import Chance
from bench.layouts import draw
from filing.lines import Kind
from odr.demo.photos import Shot, photograph

LEVELS = ("clean", "mild", "hard", "extreme")
_SCREENS = (Kind.CHAT, Kind.TRANSFER)
_FONT_FOLDERS = (
    Path("node_modules/@expo-google-fonts/noto-serif-sc/400Regular"),
    Path("/usr/share/fonts/opentype/noto"),
)
_FONT_FILES = ("*.ttf", "*.ttc", "*.otf")
_DESKS = ((112, 84, 60), (70, 110, 60), (160, 60, 70), (60, 70, 120), (40, 40, 44), (150, 140, 130))
_PALE_DESKS = ((226, 224, 218), (205, 210, 214), (235, 232, 224))
_PROBE = "赟翀喆堃·龘"  # what a font without them cannot be used for


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--each", default=2, show_default=True, help="Photos of each kind and level.")
@click.option(
    "--kind", type=click.Choice([kind.value for kind in Kind]), multiple=True, help="Only these kinds."
)
@click.option("--level", type=click.Choice(LEVELS), multiple=True, help="Only these levels.")
@click.option("--fonts", type=click.Path(path_type=Path, exists=True, file_okay=False), multiple=True)
def main(
    out: Path, *, seed: int, each: int, kind: tuple[str, ...], level: tuple[str, ...], fonts: tuple[Path, ...]
) -> None:
    """Write the photos and truth.json to OUT."""
    out.mkdir(parents=True, exist_ok=True)
    letters = usable_fonts(fonts)
    truth = []
    for paper in kind or Kind:
        for taken in level or LEVELS:
            if taken == "extreme" and paper in _SCREENS:
                continue
            for number in range(each):
                chance = random.Random(f"{seed} {paper} {taken} {number}")
                image, fields = draw(Kind(paper), chance, letters)
                name = f"{paper}_{seed}_{number:02}_{taken}.jpg"
                (out / name).write_bytes(taken_at(taken, image, Kind(paper), chance))
                truth.append({"file": name, "kind": paper, "level": taken, "fields": fields})
    (out / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), "utf-8")


def usable_fonts(more: tuple[Path, ...] = ()) -> list[Path]:
    """Fonts that have the rare characters too, each file once, in a fixed order."""
    found = [f for folder in (*_FONT_FOLDERS, *more) for glob in _FONT_FILES for f in folder.rglob(glob)]
    regular = [f for f in sorted(set(found)) if not any(w in f.stem for w in ("Bold", "Light", "Mono"))]
    return [font for font in regular if _complete(font)]


def taken_at(level: str, image: Image.Image, kind: Kind, chance: Chance) -> bytes:
    """The paper as a telephone takes it at this level; clean is a scan or a screenshot."""
    out = io.BytesIO()
    image.save(out, "PNG")
    if level == "clean":
        plain = io.BytesIO()
        image.save(plain, "JPEG", quality=95)
        return plain.getvalue()
    return photograph(out.getvalue(), _shot(level, image, kind, chance), seed=chance.randrange(1 << 30))


def _shot(level: str, image: Image.Image, kind: Kind, chance: Chance) -> Shot:
    landscape, card = image.width > image.height, kind in (Kind.ID_FRONT, Kind.ID_BACK)
    desk = chance.choice(_DESKS)
    if level == "mild":
        return Shot(
            lean=chance.uniform(4, 8),
            roll=chance.uniform(0, 3),
            width_px=1600,
            jpeg=70,
            blur=chance.uniform(0.4, 0.9),
            desk=desk,
        )
    if level == "hard":
        return Shot(
            lean=chance.uniform(9, 13),
            roll=chance.uniform(2, 8),
            turn=chance.randrange(4),
            width_px=1150 if card else (1800 if landscape else 1350),
            jpeg=chance.randrange(40, 53),
            blur=chance.uniform(0.8, 1.3),
            noise=chance.uniform(4, 7),
            desk=desk,
            fill=chance.uniform(0.68, 0.78) if card else chance.uniform(0.78, 0.86),
            glare=chance.uniform(0.5, 1.0),
            shade=chance.uniform(0.2, 0.45),
            motion=chance.choice((0, 0, 3, 4)),
        )
    return Shot(
        lean=chance.uniform(13, 19),
        roll=chance.uniform(8, 20),
        turn=chance.randrange(4),
        width_px=760 if card else (1500 if landscape else 1125),
        jpeg=chance.randrange(28, 36),
        blur=chance.uniform(1.0, 1.4),
        noise=chance.uniform(5, 9),
        desk=chance.choice(_PALE_DESKS if chance.random() < 0.4 else _DESKS),
        fill=chance.uniform(0.62, 0.72),
        bend=chance.uniform(-0.02, 0.02),
        glare=chance.uniform(0.5, 1.1),
        shade=chance.uniform(0.2, 0.5),
        motion=chance.choice((3, 4, 5)),
    )


def _complete(font: Path) -> bool:
    letters = ImageFont.truetype(font, 32)
    absent = bytes(letters.getmask("\U0010fffe"))
    return all(bytes(letters.getmask(char)) not in (absent, b"") for char in _PROBE)


if __name__ == "__main__":
    main()
