"""The terms of an agreement as a form: texts as they were typed, and back.

Rule 1: a row of which nothing was filled in is no row; a half filled one stays, for the lint to name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest

from odr.domain.agreements import Account, Claim, Default, Duty, Instalment, Outcome, Payment, Terms
from odr.domain.offers import Every, Plan, instalments
from odr.errors import BadInput
from odr.web.forms import yuan_to_fen

CASH, TRANSFER = "cash", "account"
_SPARE = 2  # empty rows offered below those that are filled in


@dataclass(frozen=True, slots=True)
class TermsForm:
    """Tuples run in step: the n-th of each belongs to the n-th row; `part_of` is the payment's index."""

    act: str = ""
    version: str = ""  # the one that was shown
    facts: str = ""
    payer: tuple[str, ...] = ()
    payee: tuple[str, ...] = ()
    amount: tuple[str, ...] = ()
    way: tuple[str, ...] = ()
    holder: tuple[str, ...] = ()
    bank: tuple[str, ...] = ()
    account: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()
    part_amount: tuple[str, ...] = ()
    part_due: tuple[str, ...] = ()
    split_number: tuple[str, ...] = ()
    split_first: tuple[str, ...] = ()
    split_every: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    what: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    accelerates: bool = False
    penalty: str = ""
    claim: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    note: tuple[str, ...] = ()
    costs: str = ""
    other: str = ""

    @property
    def payments(self) -> list[tuple[str, ...]]:
        """(payer, payee, amount, way, holder, bank, account) a payment, at least one."""
        rows = _rows(self.payer, self.payee, self.amount, self.way, self.holder, self.bank, self.account)
        return rows or [("",) * 7]

    def parts(self, payment: int) -> list[tuple[str, str]]:
        """(amount, due) of each instalment of a payment, with empty rows to fill in."""
        rows = _rows(self.part_of, self.part_amount, self.part_due)
        own = [(row[1], row[2]) for row in rows if row[0] == str(payment) and (row[1] or row[2])]
        return own + [("", "")] * _SPARE

    @property
    def base(self) -> int | None:
        """The version that the form was filled in from; None if it does not say."""
        return int(self.version) if self.version.isdecimal() and len(self.version) < 6 else None

    @property
    def splits(self) -> int | None:
        """The payment whose instalments are to be worked out."""
        _, _, number = self.act.partition("split-")
        short = number.isdecimal() and len(number) < 4
        return int(number) if short and int(number) < len(self.payments) else None

    def splitting(self, payment: int) -> tuple[str, ...]:
        """(number, first day, interval) that were entered to work out a payment's instalments."""
        rows = _rows(self.split_number, self.split_first, self.split_every)
        return rows[payment] if payment < len(rows) else ("", "", "")

    @property
    def duties(self) -> list[tuple[str, ...]]:
        rows = _rows(self.who, self.what, self.by)
        return [row for row in rows if any(row)] + [("", "", "")]

    @property
    def claims(self) -> list[tuple[str, ...]]:
        rows = _rows(self.claim, self.outcome, self.note)
        return [row for row in rows if any(row)] + [("", "", "")]


def form_of(terms: Terms) -> TermsForm:
    """The form that these terms fill in."""
    paid = terms.payments
    accounts = [one.account or Account() for one in paid]
    parts = [(str(n), part) for n, one in enumerate(paid) for part in one.instalments]
    return TermsForm(
        facts=terms.facts,
        payer=tuple(one.payer for one in paid),
        payee=tuple(one.payee for one in paid),
        amount=tuple(_yuan(one.amount_fen) if one.amount_fen else "" for one in paid),
        way=tuple(CASH if one.in_cash else TRANSFER for one in paid),
        holder=tuple(one.holder for one in accounts),
        bank=tuple(one.bank for one in accounts),
        account=tuple(one.number for one in accounts),
        part_of=tuple(number for number, _ in parts),
        part_amount=tuple(_yuan(part.amount_fen) if part.amount_fen else "" for _, part in parts),
        part_due=tuple(_day(part.due) for _, part in parts),
        who=tuple(one.who for one in terms.duties),
        what=tuple(one.what for one in terms.duties),
        by=tuple(_day(one.by) for one in terms.duties),
        accelerates=terms.default.accelerates,
        penalty=terms.default.penalty,
        claim=tuple(one.claim for one in terms.claims),
        outcome=tuple(one.outcome or "" for one in terms.claims),
        note=tuple(one.note for one in terms.claims),
        costs=terms.costs,
        other="\n".join(terms.other),
    )


def terms_of(form: TermsForm) -> Terms:
    """The terms that were typed; BadInput for an amount or a day that is none."""
    return Terms(
        facts=form.facts,
        payments=tuple(_payment(form, n, row) for n, row in enumerate(form.payments) if _paid(form, n, row)),
        duties=tuple(Duty(who, what, _to_day(by, "by")) for who, what, by in form.duties[:-1]),
        default=Default(form.accelerates, form.penalty),
        claims=tuple(Claim(claim, _outcome(outcome), note) for claim, outcome, note in form.claims[:-1]),
        costs=form.costs,
        other=tuple(line.strip() for line in form.other.splitlines() if line.strip()),
    )


def longer(form: TermsForm) -> TermsForm:
    """The form with one payment more, if that was asked for; other rows always have room."""
    if form.act != "more-payments":
        return form
    payer, payee = form.payer[:1] or ("",), form.payee[:1] or ("",)
    more = {"payer": payer, "payee": payee, "amount": ("",), "way": (TRANSFER,)}
    more |= {"holder": ("",), "bank": ("",), "account": ("",)}
    return replace(form, **{name: getattr(form, name) + row for name, row in more.items()})


def split(form: TermsForm, payment: int) -> TermsForm:
    """The form with the payment in equal instalments; BadInput where the sum or the days are none."""
    number, first, every = form.splitting(payment)
    amount_fen, day = yuan_to_fen(form.payments[payment][2], "amount"), _to_day(first, "split_first")
    if not number.isdecimal() or len(number) > 3:
        raise BadInput("Please choose between 1 and 60 payments.", field="split_number")
    if day is None:
        raise BadInput("Please say on which day the first payment is made.", field="split_first")
    interval = Every(every) if every in set(Every) else Every.MONTH
    try:
        made = instalments(Plan(amount_fen, int(number), day, interval))
    except BadInput as error:  # it names the field of an offer's form
        field = "split_first" if error.field == "first" else "split_number"
        raise BadInput(error.message, field=field) from error
    others = [row for row in _rows(form.part_of, form.part_amount, form.part_due) if row[0] != str(payment)]
    rows = others + [(str(payment), _yuan(one.amount_fen), _day(one.due)) for one in made]
    of, amounts, days = zip(*rows, strict=True)
    return replace(form, part_of=of, part_amount=amounts, part_due=days)


def _paid(form: TermsForm, number: int, row: tuple[str, ...]) -> bool:
    """Whether anything of a payment was filled in; who pays whom stands in a new row already."""
    amount, holder, bank, account = row[2], *row[4:]
    return any((amount, holder, bank, account)) or len(form.parts(number)) > _SPARE


def _payment(form: TermsForm, number: int, row: tuple[str, ...]) -> Payment:
    payer, payee, amount, way, holder, bank, account = row
    amount_fen = yuan_to_fen(amount, "amount") if amount else 0
    parts = [(a, d) for a, d in form.parts(number) if a or d]
    instalments = [
        Instalment(yuan_to_fen(part, "part_amount") if part else amount_fen, _to_day(due, "part_due"))
        for part, due in parts
    ]
    named = Account(holder, bank, account) if any((holder, bank, account)) and way != CASH else None
    whole = (Instalment(amount_fen),)
    return Payment(payer, payee, amount_fen, tuple(instalments) or whole, named, in_cash=way == CASH)


def _rows(*columns: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in row) for row in zip_longest(*columns, fillvalue="")]


def _outcome(text: str) -> Outcome | None:
    return Outcome(text) if text in set(Outcome) else None


def _to_day(text: str, field: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            "Please write the day as year, month and day, for example 2026-05-31.", field=field
        ) from error


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _yuan(amount_fen: int) -> str:
    return f"{amount_fen // 100}.{amount_fen % 100:02}".removesuffix(".00")
