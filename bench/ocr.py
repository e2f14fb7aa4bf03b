"""How many fields of how many papers are read exactly right, beside the raw engine in the same run.

    python -m bench.ocr --data DIR [--kind KIND] [--level LEVEL] [--engine ENGINE] [--failures] [--no-plain]
                        [--tesseract]

DIR holds truth.json (a list of file, kind, level, fields) and its photos. The plain baseline feeds the photo
as it came to the library and asks whether the value stands in the text at all: an upper bound.
--tesseract walks the same way with the other engine; CPU is the median and, behind it, the most.
"""

import json
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import cv2
from rapidocr import RapidOCR

from filing.errors import FilingError
from filing.images import open_upright
from filing.lines import SURE, Field, Reading
from filing.ocr import RapidEngine, TesseractEngine
from filing.reading import PaperReader

_NUMBERS = frozenset(
    {"id_number", "credit_code", "plaintiff_id", "defendant_id", "principal_id", "lender_id"}
)
LEVELS = ("clean", "mild", "hard", "extreme")


@dataclass(slots=True)
class Tally:
    """Counts over the photos of one kind and level."""

    photos: int = 0
    kinds: int = 0
    fields: int = 0
    right: int = 0
    plain: int = 0
    tesseract: int = 0
    sure: int = 0
    sure_wrong: int = 0
    numbers_wrong: int = 0
    cpu_s: list[float] = field(default_factory=list)
    plain_cpu_s: list[float] = field(default_factory=list)


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
@click.option("--kind", help="Only this kind.")
@click.option("--level", help="Only this level.")
@click.option(
    "--auto/--told", default=True, show_default=True, help="Tell the kind by the words, or give it."
)
@click.option("--engine", type=click.Choice(["rapidocr", "tesseract"]), default="rapidocr", show_default=True)
@click.option("--plain/--no-plain", default=True, show_default=True, help="Run the baseline too.")
@click.option("--tesseract", is_flag=True, help="Read with Tesseract too, where it is installed.")
@click.option("--failures", is_flag=True, help="Name each wrong field.")
def main(
    data: Path,
    *,
    kind: str | None,
    level: str | None,
    auto: bool,
    engine: str,
    plain: bool,
    tesseract: bool,
    failures: bool,
) -> None:
    """Print the table."""
    reader = PaperReader(TesseractEngine() if engine == "tesseract" else RapidEngine())
    baseline = RapidOCR(
        params={"EngineConfig.onnxruntime.intra_op_num_threads": 1, "Global.log_level": "error"}
    )
    if tesseract and (why := TesseractEngine.why_missing()):
        raise click.ClickException(why)
    second = PaperReader(TesseractEngine()) if tesseract else None
    tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
    for item in json.loads((data / "truth.json").read_text("utf-8")):
        if kind not in (None, item["kind"]) or level not in (None, item["level"]):
            continue
        tally = tallies[item["kind"], item["level"]]
        photo = (data / item["file"]).read_bytes()
        _count(tally, item, _timed(tally.cpu_s, reader, photo, "auto" if auto else item["kind"]), failures)
        if plain:
            _count_plain(tally, item, baseline, photo)
        if second is not None:
            reading = _timed([], second, photo, "auto" if auto else item["kind"])
            tally.tesseract += _right(item, reading)
    _print(tallies, plain, tesseract)


def _timed(spent: list[float], reader: PaperReader, photo: bytes, kind: str) -> Reading | None:
    started = time.process_time()
    try:
        return reader.read(photo, kind)
    except FilingError:
        return None
    finally:
        spent.append(time.process_time() - started)


def _count(tally: Tally, item: dict[str, Any], reading: Reading | None, failures: bool) -> None:
    read: Mapping[str, Field] = reading.fields if reading else {}
    tally.photos += 1
    tally.kinds += reading is not None and reading.kind == item["kind"]
    for name, truth in item["fields"].items():
        tally.fields += 1
        found = read.get(name)
        right = found is not None and found.value == truth
        sure = found is not None and found.confidence >= SURE
        tally.right += right
        tally.sure += sure
        tally.sure_wrong += sure and not right
        tally.numbers_wrong += sure and not right and name in _NUMBERS
        if failures and not right:
            said = f"{found.value} ({found.confidence:.2f})" if found else "nothing"
            print(f"{'SURE ' if sure else ''}{item['file']} {name}: {truth} read as {said}")


def _right(item: dict[str, Any], reading: Reading | None) -> int:
    read: Mapping[str, Field] = reading.fields if reading else {}
    return sum(name in read and read[name].value == truth for name, truth in item["fields"].items())


def _count_plain(tally: Tally, item: dict[str, Any], baseline: RapidOCR, photo: bytes) -> None:
    pixels = cv2.cvtColor(open_upright(photo), cv2.COLOR_RGB2BGR)
    started = time.process_time()
    texts = getattr(baseline(pixels, use_det=True, use_cls=True, use_rec=True), "txts", None) or ()
    tally.plain_cpu_s.append(time.process_time() - started)
    whole = "".join(texts).replace(" ", "").replace("（", "(").replace("）", ")")
    tally.plain += sum(any(form in whole for form in _forms(truth)) for truth in item["fields"].values())


def _forms(value: Any) -> set[str]:
    """The ways in which a paper may print a value."""
    text = str(value)
    forms = {text, text.replace(" ", ""), text.replace("-", ".")}
    if isinstance(value, int):
        forms.add(f"{value:,}")
    if len(text) == 10 and text[4] == text[7] == "-":
        year, month, day = text.split("-")
        forms |= {f"{year}年{int(month)}月{int(day)}日", f"{year}年{month}月{day}日"}
    return forms


def _print(tallies: dict[tuple[str, str], Tally], plain: bool, tesseract: bool) -> None:
    print(f"{'kind':14}{'level':8}{'photos':>7}{'kind %':>7}{'fields':>7}{'right %':>9}", end="")
    print(f"{'plain %':>9}{'tess. %':>9}{'sure':>6}{'wrong':>6}{'cpu s':>7}{'most':>7}{'plain s':>8}")
    for (kind, level), tally in sorted(tallies.items(), key=lambda t: (t[0][0], LEVELS.index(t[0][1]))):
        _row(kind, level, [tally], plain, tesseract)
    for level in LEVELS:
        cards = [t for (k, at), t in tallies.items() if at == level and k[:2] in ("id", "li")]
        _row("card, licence", level, cards, plain, tesseract)
    _row("all", "", tallies.values(), plain, tesseract)
    wrong = sum(tally.numbers_wrong for tally in tallies.values())
    print(f"identity numbers and credit codes wrong and shown as sure: {wrong}")


def _row(kind: str, level: str, tallies: Iterable[Tally], plain: bool, tesseract: bool) -> None:
    group = list(tallies)
    fields = sum(t.fields for t in group)
    if not fields:
        return
    cpu = sorted(s for t in group for s in t.cpu_s)
    plain_cpu = sorted(s for t in group for s in t.plain_cpu_s)
    photos = sum(t.photos for t in group)
    print(f"{kind:14}{level:8}{photos:7}{100 * sum(t.kinds for t in group) / photos:7.0f}{fields:7}", end="")
    print(f"{100 * sum(t.right for t in group) / fields:9.1f}", end="")
    print(_share(sum(t.plain for t in group), fields, plain), end="")
    print(_share(sum(t.tesseract for t in group), fields, tesseract), end="")
    print(f"{sum(t.sure for t in group):6}{sum(t.sure_wrong for t in group):6}", end="")
    print(f"{cpu[len(cpu) // 2]:7.2f}{cpu[-1]:7.2f}", end="")
    print(f"{plain_cpu[len(plain_cpu) // 2]:8.2f}" if plain else f"{'-':>8}")


def _share(right: int, fields: int, counted: bool) -> str:
    return f"{100 * right / fields:9.1f}" if counted else f"{'-':>9}"


if __name__ == "__main__":
    main()
