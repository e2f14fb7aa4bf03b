"""How often two people are taken for one (FAR), and one for two (FRR), at each threshold.

    python -m bench.faces [--cards N] [--level LEVEL]... [--data DIR]

Pairs of the sample faces s1 to s10 (`python -m tools.faces`). With --cards N, an ID card is drawn round each
of the first N photos of each person and photographed at each level (bench/papers.py): the portrait on it is
compared with every photo but its own, and with every two of them as the camera check does it: there the mean
of two pictures of the face at rest is what is held beside the card (`filing/liveness.py`). With --data also
the ID cards of DIR/truth.json. Plain baseline: 0.60, the library's own default. Pairs are not independent:
the people behind them are counted, too.
"""

import io
import itertools
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click
import numpy as np
from PIL import Image

from bench import fiction
from bench.intervals import share
from bench.papers import LEVELS, taken_at, usable_fonts
from filing.face_engines import Descriptor, default_engine
from filing.faces import ACCEPT_BELOW, REVIEW_BELOW, Portrait, distance, look
from filing.lines import Kind
from odr.demo.papers import Card, Draughtsman
from tools.faces import photos

PLAIN = 0.60
THRESHOLDS = (PLAIN, REVIEW_BELOW, ACCEPT_BELOW, 0.45)


Known = dict[str, list[Portrait | None]]


@dataclass(slots=True)
class Distances:
    """Distances of pairs, each with its two people, and what happened to the photos."""

    same: list[tuple[float, str]] = field(default_factory=list)
    different: list[tuple[float, frozenset[str]]] = field(default_factory=list)
    cards: int = 0
    without_face: int = 0
    retake: int = 0

    def add(self, person: str, one: Descriptor, other_person: str, other: Descriptor) -> None:
        apart = distance(one, other)
        if person == other_person:
            self.same.append((apart, person))
        else:
            self.different.append((apart, frozenset((person, other_person))))


@click.command()
@click.option("--cards", default=0, show_default=True, help="Cards drawn for each person and level.")
@click.option("--level", type=click.Choice(LEVELS), multiple=True, help="Only these levels.")
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False))
def main(cards: int, level: tuple[str, ...], data: Path | None) -> None:
    """Print the tables."""
    begun = time.process_time()
    known: Known = {person: _portraits(paths) for person, paths in photos().items()}
    if not known:
        raise click.ClickException("the sample faces are not here: python -m tools.faces")
    count = sum(map(len, known.values()))
    each_s = (time.process_time() - begun) / max(count, 1)
    print(f"{default_engine().model}; {count} photos; {each_s:.2f} s of CPU a photo\n")
    _print({"sample faces": _among(known)})
    if cards:
        print()
        _print(_of_cards(_drawn(cards, level or LEVELS), known))
    if data:
        print()
        _print(_of_cards(_given(data), known))


def _portraits(paths: Sequence[Path]) -> list[Portrait | None]:
    return [look(path.read_bytes()).portrait for path in paths]


def _among(known: Known) -> Distances:
    found = Distances()
    shown = [(person, one) for person, portraits in known.items() for one in portraits if one]
    for (a, one), (b, other) in itertools.combinations(shown, 2):
        found.add(a, one.descriptor, b, other.descriptor)
    return found


# A photographed card: level, owner, the number of the photo that is its portrait, the JPEG.
Photographed = Iterator[tuple[str, str, int | None, bytes]]


def _drawn(each: int, levels: Sequence[str]) -> Photographed:
    draughtsman = Draughtsman(usable_fonts()[0])
    for level, (person, paths) in itertools.product(levels, photos().items()):
        for number, path in enumerate(paths[:each]):
            chance = random.Random(f"{level} {person} {number}")
            front = draughtsman.id_front(_card(fiction.person(chance)), path.read_bytes())
            image = Image.open(io.BytesIO(front)).convert("RGB")
            yield level, person, number, taken_at(level, image, Kind.ID_FRONT, chance)


def _card(person: fiction.Person) -> Card:
    return Card(person.name, person.sex, person.nation, person.birth, person.address, person.number)


def _given(data: Path) -> Photographed:
    for item in json.loads((data / "truth.json").read_text("utf-8")):
        if "face_subject" in item:
            yield item["level"], item["face_subject"], None, (data / item["file"]).read_bytes()


def _of_cards(cards: Photographed, known: Known) -> dict[str, Distances]:
    """By level: each card that the quality gate does not send back against one photo, and against two.

    The first row of a level has the cards that the gate sends back, too.
    """
    found: dict[str, Distances] = defaultdict(Distances)
    for level, owner, number, photo in cards:
        portrait = look(photo).portrait
        gated = f"{level}, after the gate"
        for name, pictures in ((level, 1), (gated, 1), (f"{gated}, two pictures", 2)):
            row = found[name]
            row.cards += 1
            row.without_face += portrait is None
            sent_back = name != level and portrait is not None and portrait.quality.poor
            row.retake += sent_back
            if portrait and not sent_back:
                _against_all(row, portrait, (owner, number), known, pictures)
    return found


def _against_all(
    found: Distances, card: Portrait, drawn_from: tuple[str, int | None], known: Known, pictures: int
) -> None:
    """With every photo but the one that the card was drawn from, or the mean of as many as `pictures`."""
    for person, portraits in known.items():
        others = [one.descriptor for n, one in enumerate(portraits) if one and (person, n) != drawn_from]
        for some in itertools.combinations(others, pictures):
            found.add(drawn_from[0], card.descriptor, person, np.asarray(np.mean(some, axis=0)))


def _print(rows: dict[str, Distances]) -> None:
    heads = "".join(f" FAR {t:.2f} | FRR {t:.2f} |" for t in THRESHOLDS)
    print(f"| pairs | cards | no face | retake | same | different |{heads} pairs of people | people |")
    print("|" + "---|" * (8 + 2 * len(THRESHOLDS)))
    for name, row in rows.items():
        counts = (row.cards, row.without_face, row.retake, len(row.same), len(row.different))
        cells = [name, *map(str, counts)]
        for threshold in THRESHOLDS:
            cells.append(share(sum(apart < threshold for apart, _ in row.different), len(row.different)))
            cells.append(share(sum(apart >= threshold for apart, _ in row.same), len(row.same)))
        print("| " + " | ".join([*cells, *_people(row)]) + " |", flush=True)


def _people(row: Distances) -> tuple[str, str]:
    """Of how many pairs of people one was ever taken for the other, and how many were ever refused."""
    taken = {pair for apart, pair in row.different if apart < ACCEPT_BELOW}
    refused = {person for apart, person in row.same if apart >= ACCEPT_BELOW}
    pairs, people = {pair for _, pair in row.different}, {person for _, person in row.same}
    return f"{len(taken)} of {len(pairs)} taken", f"{len(refused)} of {len(people)} refused"


if __name__ == "__main__":
    main()
