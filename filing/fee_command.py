"""`python -m filing fee`: a court fee with its arithmetic, as one JSON object."""

import json
from decimal import Decimal, InvalidOperation

import click

from filing.amounts import MOST_FEN
from filing.catalogue import chinese
from filing.errors import FilingError
from filing.fees import Court, Fee, Half, Kind, court_fee
from filing.norms import cite

# Other spellings that a person may type.
_ALIASES = {
    "labor": Kind.LABOUR,
    "reputation": Kind.PERSONALITY,
    "non-property": Kind.OTHER,
    "nonproperty": Kind.OTHER,
    "other-non-property": Kind.OTHER,
    "jurisdiction": Kind.OBJECTION,
    "jurisdiction-objection": Kind.OBJECTION,
    "arbitration-set-aside": Kind.ARBITRATION,
    "execution": Kind.ENFORCEMENT,
    "judicial-confirmation": Kind.CONFIRMATION,
}


class KindName(click.ParamType[Kind]):
    """A kind of fee, by its name, with - or _ and a few other spellings."""

    name = "kind"

    def convert(self, value: str | Kind, param: click.Parameter | None, ctx: click.Context | None) -> Kind:
        if isinstance(value, Kind):
            return value
        dashed = value.strip().lower().replace("_", "-")
        try:
            return _ALIASES.get(dashed) or Kind(dashed.replace("-", "_"))
        except ValueError:
            self.fail(f"{value!r} is none of {', '.join(Kind)}", param, ctx)


class YuanAmount(click.ParamType[int]):
    """An amount in yuan with at most two decimals ("50,000.50"), as fen."""

    name = "yuan"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            fen = Decimal(str(value).replace(",", "").strip()) * 100
        except InvalidOperation:
            self.fail(f"{value!r} is no amount in yuan", param, ctx)
        possible = fen.is_finite() and 0 <= fen <= MOST_FEN
        if not possible or fen != fen.to_integral_value():
            self.fail(f"{value!r} is no amount in yuan with at most two decimals", param, ctx)
        return int(fen)


@click.command()
@click.option("--kind", type=KindName(), required=True, help=f"One of: {', '.join(Kind)}.")
@click.option("--amount", type=YuanAmount(), default=None, help="Amount in yuan, where there is one.")
@click.option("--court", type=click.Choice([c.value for c in Court]), default=Court.NATIONAL.value)
@click.option("--half", is_flag=True, help="Simple procedure: the case fee is halved.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="Language of the sentences.")
def fee(kind: Kind, amount: int | None, court: str, half: bool, lang: str) -> None:
    """Compute a court fee and print it with each step of the arithmetic and its article."""
    try:
        found = court_fee(kind, amount, Court(court), (Half.SIMPLE,) if half else ())
    except FilingError as error:
        translated = error.public if lang == "en" else chinese(error.public)
        raise click.UsageError(translated) from error
    click.echo(json.dumps(_printed(found, english=lang == "en"), ensure_ascii=False))


def _printed(found: Fee, *, english: bool) -> dict[str, object]:
    """The object that is printed; `fee_fen_max` is there only when the norm leaves a range."""
    translate = str if english else chinese
    printed: dict[str, object] = {"fee_fen": found.fee_fen}
    if found.is_range:
        printed["fee_fen_max"] = found.up_to_fen
    return printed | {
        "steps": [step.say(translate) for step in found.steps],
        "articles": [cite(article, english=english) for article in found.articles],
        "notes": [f"{note.say(translate)} ({cite(note.article, english=english)})" for note in found.notes],
    }
