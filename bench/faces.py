"""How often two people are taken for one (FAR), and one for two (FRR), at each threshold.

    python -m bench.faces [--data DIR]

Pairs of the sample faces s1 to s10 (`python -m tools.faces`); with --data also the ID cards of
DIR/truth.json: each card's portrait against the sample photos, a level a row. Plain baseline: 0.60, the
library's own default.
"""

import itertools
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from filing.face_engines import Descriptor, default_engine
from filing.faces import ACCEPT_BELOW, REVIEW_BELOW, Portrait, distance, look
from tools.faces import photos

PLAIN = 0.60
THRESHOLDS = (PLAIN, REVIEW_BELOW, ACCEPT_BELOW, 0.45)


@dataclass(slots=True)
class Distances:
    """Distances of pairs of one kind, and what happened to the photos."""

    same: list[float] = field(default_factory=list)
    different: list[float] = field(default_factory=list)
    cards: int = 0
    without_face: int = 0
    retake: int = 0

    def add(self, a: Descriptor, b: Descriptor, *, same: bool) -> None:
        (self.same if same else self.different).append(distance(a, b))


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False))
def main(data: Path | None) -> None:
    """Print the tables."""
    begun = time.process_time()
    known = {person: _portraits(paths) for person, paths in photos().items()}
    if not known:
        raise click.ClickException("the sample faces are not here: python -m tools.faces")
    count = sum(map(len, known.values()))
    each_s = (time.process_time() - begun) / max(count, 1)
    print(f"{default_engine().model}; {count} photos with one face; {each_s:.2f} s of CPU a photo\n")
    _print({"sample faces": _among(known)})
    if data:
        print()
        _print(_of_the_cards(data, known))


def _portraits(paths: Sequence[Path]) -> list[Portrait]:
    return [seen.portrait for seen in (look(path.read_bytes()) for path in paths) if seen.portrait]


def _among(known: dict[str, list[Portrait]]) -> Distances:
    all_of_them = [(person, one) for person, portraits in known.items() for one in portraits]
    found = Distances()
    for (a, one), (b, other) in itertools.combinations(all_of_them, 2):
        found.add(one.descriptor, other.descriptor, same=a == b)
    return found


def _of_the_cards(data: Path, known: dict[str, list[Portrait]]) -> dict[str, Distances]:
    """By level, and again without the cards that the quality gate sends back."""
    found: dict[str, Distances] = defaultdict(Distances)
    for item in json.loads((data / "truth.json").read_text("utf-8")):
        if "face_subject" not in item:
            continue
        seen = look((data / item["file"]).read_bytes())
        for row in (item["level"], f"{item['level']}, after the gate"):
            found[row].cards += 1
            found[row].without_face += seen.portrait is None
        if seen.portrait is None:
            continue
        poor = seen.portrait.quality.poor
        found[f"{item['level']}, after the gate"].retake += poor
        _against_all(found[item["level"]], seen.portrait, item["face_subject"], known)
        if not poor:
            _against_all(
                found[f"{item['level']}, after the gate"], seen.portrait, item["face_subject"], known
            )
    return found


def _against_all(found: Distances, card: Portrait, owner: str, known: dict[str, list[Portrait]]) -> None:
    for person, portraits in known.items():
        for one in portraits:
            found.add(card.descriptor, one.descriptor, same=person == owner)


def _print(rows: dict[str, Distances]) -> None:
    heads = "".join(f" FAR {t:.2f} | FRR {t:.2f} |" for t in THRESHOLDS)
    print(f"| pairs | same | different | no face | retake |{heads}")
    print("|" + "---|" * (5 + 2 * len(THRESHOLDS)))
    for name, row in rows.items():
        cells = [name, str(len(row.same)), str(len(row.different)), str(row.without_face), str(row.retake)]
        for threshold in THRESHOLDS:
            cells.append(_percent(one < threshold for one in row.different))
            cells.append(_percent(one >= threshold for one in row.same))
        print("| " + " | ".join(cells) + " |")


def _percent(wrong: Iterable[bool]) -> str:
    counted = list(wrong)
    return f"{100 * sum(counted) / len(counted):.2f} %" if counted else "–"


if __name__ == "__main__":
    main()
