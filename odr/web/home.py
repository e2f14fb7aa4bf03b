"""The pages that anybody may read: start, how it works, fees, accessibility, privacy."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from filing.fees import Half, court_fee
from filing.schedule import Kind
from odr.web.render import render

# Amounts that people recognise: a purchase, a loan among friends, a car, a flat.
_EXAMPLES_FEN: Final = tuple(yuan * 100 for yuan in (5_000, 50_000, 500_000, 2_000_000))


@dataclass(frozen=True, slots=True)
class FeeExample:
    amount_fen: int
    full_fen: int
    half_fen: int


async def show_home(request: web.Request) -> web.Response:
    return render(request, "home/index.html")


async def show_about(request: web.Request) -> web.Response:
    return render(request, "home/about.html")


async def show_fees(request: web.Request) -> web.Response:
    return render(request, "home/fees.html", examples=[_example(amount) for amount in _EXAMPLES_FEN])


async def show_accessibility(request: web.Request) -> web.Response:
    return render(request, "home/accessibility.html")


async def show_privacy(request: web.Request) -> web.Response:
    return render(request, "home/privacy.html")


def _example(amount_fen: int) -> FeeExample:
    full = court_fee(Kind.PROPERTY, amount_fen)
    half = court_fee(Kind.PROPERTY, amount_fen, halves=(Half.MEDIATED,))
    return FeeExample(amount_fen, full.fee_fen, half.fee_fen)
