"""Fictional papers of fictional people, drawn for the demonstration and the tests.

Rule 1: each carries a watermark that says it is a sample; area codes end in 99, which nobody is assigned.
Rule 2: nobody's portrait is in here: the caller brings one.
"""

import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_WATERMARK = "样本 仅供演示"
_INK, _LABEL, _FAINT = "#141414", "#2f63a8", "#d9d3da"
_CARD = (1284, 810)  # 85.6 x 54.0 mm, 15 dots a millimetre
_PAGE = (1240, 1754)  # A4 at 150 dots an inch
_SCREEN = (750, 1334)
_KEEP_TOGETHER = frozenset("，。、；：）")


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on an identity card. `id_number` has its check digit; `valid_to` None is 长期."""

    name: str
    sex: str
    nation: str
    birth: date
    address: str
    id_number: str
    authority: str = "样例县公安局"
    valid_from: date = date(2019, 5, 16)
    valid_to: date | None = date(2039, 5, 16)


@dataclass(frozen=True, slots=True)
class ComplaintText:
    """A civil complaint. `plaintiff` and `defendant` are the sentences after 原告： and 被告：."""

    plaintiff: str
    defendant: str
    cause: str
    claims: tuple[str, ...]
    facts: tuple[str, ...]
    court: str
    signed: str
    day: date


@dataclass(frozen=True, slots=True)
class Loan:
    """An IOU: amount in whole yuan, also in words (伍万元整 without 元整)."""

    lender: str
    lender_id: str
    borrower: str
    amount_yuan: int
    amount_words: str
    due: date
    day: date


@dataclass(frozen=True, slots=True)
class Transfer:
    payee: str
    amount_yuan: int
    moment: str  # YYYY-MM-DD HH:MM:SS
    serial: str


class Draughtsman:
    """Draws papers in one font."""

    def __init__(self, font: Path) -> None:
        self._font = font

    def id_front(self, card: Card, portrait: bytes) -> bytes:
        """The side with the portrait, as PNG."""
        image, pen = self._card()
        picture = Image.open(io.BytesIO(portrait)).convert("RGB").resize((330, 420))
        image.paste(picture, (890, 120))
        rows = (
            (100, (("姓名", 80, card.name, 230),)),
            (190, (("性别", 80, card.sex, 230), ("民族", 380, card.nation, 520))),
            (280, (("出生", 80, f"{card.birth.year}年{card.birth.month}月{card.birth.day}日", 230),)),
        )
        for top, pairs in rows:
            for label, left, value, beside in pairs:
                self._write(pen, (left, top), label, 38, _LABEL)
                self._write(pen, (beside, top - 4), value, 46)
        self._write(pen, (80, 372), "住址", 38, _LABEL)
        for i, line in enumerate(wrapped(card.address, 12)):
            self._write(pen, (230, 368 + 62 * i), line, 46)
        self._write(pen, (80, 676), "公民身份号码", 38, _LABEL)
        self._write(pen, (400, 664), card.id_number, 58)
        return _png(image)

    def id_back(self, card: Card) -> bytes:
        """The side with the emblem's place, as PNG."""
        image, pen = self._card()
        self._write(pen, (360, 110), "中华人民共和国", 76)
        self._write(pen, (400, 230), "居民身份证", 92)
        until = f"{card.valid_to:%Y.%m.%d}" if card.valid_to else "长期"
        for top, label, value in (
            (560, "签发机关", card.authority),
            (660, "有效期限", f"{card.valid_from:%Y.%m.%d}-{until}"),
        ):
            self._write(pen, (260, top), label, 42)
            self._write(pen, (480, top), value, 46)
        return _png(image)

    def complaint(self, text: ComplaintText) -> bytes:
        """One page, as PNG."""
        image, pen = self._sheet(_PAGE)
        self._write(pen, (470, 110), "民事起诉状", 60)
        paragraphs = [
            f"原告：{text.plaintiff}",
            f"被告：{text.defendant}",
            f"案由：{text.cause}",
            "诉讼请求：",
            *text.claims,
            "事实与理由：",
            *text.facts,
            "此致",
        ]
        top = self._paragraphs(pen, paragraphs, top=220)
        self._write(pen, (140, top), text.court, 30)
        self._write(pen, (760, top + 80), f"具状人：{text.signed}", 30)
        self._write(pen, (760, top + 130), _chinese_day(text.day), 30)
        return _png(image)

    def iou(self, loan: Loan) -> bytes:
        """A sheet as written by hand, as PNG."""
        image, pen = self._sheet((1240, 900))
        self._write(pen, (540, 90), "借条", 64)
        words = (
            f"今借到{loan.lender}（身份证号：{loan.lender_id}）人民币{loan.amount_words}元整"
            f"（¥{loan.amount_yuan}），于{_chinese_day(loan.due)}前归还。"
        )
        self._paragraphs(pen, [words], top=230, size=38, across=26)
        self._write(pen, (700, 620), f"借款人：{loan.borrower}", 38)
        self._write(pen, (700, 700), _chinese_day(loan.day), 38)
        return _png(image)

    def transfer(self, transfer: Transfer) -> bytes:
        """A telephone's screen, as PNG."""
        image = Image.new("RGB", _SCREEN, "white")
        pen = ImageDraw.Draw(image)
        self._centred(pen, 60, "转账详情", 34)
        self._centred(pen, 200, f"转账给{transfer.payee}", 34)
        self._centred(pen, 270, f"-{transfer.amount_yuan:,}.00", 64)
        rows = (
            ("当前状态", "对方已收钱"),
            ("转账时间", transfer.moment),
            ("收款方式", "零钱"),
            ("转账单号", transfer.serial[:16]),
            ("", transfer.serial[16:]),
        )
        for i, (label, value) in enumerate(rows):
            self._write(pen, (60, 440 + 76 * i), label, 30, "#808080")
            self._write(pen, (250, 440 + 76 * i), value, 30)
        self._centred(pen, 1180, _WATERMARK, 30, _FAINT)
        return _png(image)

    def _card(self) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        image = Image.new("RGB", _CARD, "#eef0f6")
        self._watermark(image, 640, 760)
        return image, ImageDraw.Draw(image)

    def _sheet(self, size: tuple[int, int]) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        image = Image.new("RGB", size, "#fbfbf8")
        self._watermark(image, size[0] - 420, size[1] - 60)
        return image, ImageDraw.Draw(image)

    def _watermark(self, image: Image.Image, left: int, top: int) -> None:
        self._write(ImageDraw.Draw(image), (left, top - 20), _WATERMARK, 34, _FAINT)

    def _write(
        self, pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, colour: str = _INK
    ) -> None:
        pen.text(at, text, font=ImageFont.truetype(self._font, size), fill=colour)

    def _centred(self, pen: ImageDraw.ImageDraw, top: int, text: str, size: int, colour: str = _INK) -> None:
        pen.text(
            (_SCREEN[0] // 2, top), text, font=ImageFont.truetype(self._font, size), fill=colour, anchor="ma"
        )

    def _paragraphs(
        self, pen: ImageDraw.ImageDraw, paragraphs: list[str], *, top: int, size: int = 30, across: int = 32
    ) -> int:
        """Sets paragraphs with two characters of indent; the place below the last."""
        for paragraph in paragraphs:
            for line in wrapped("　　" + paragraph, across):
                self._write(pen, (140, top), line, size)
                top += round(size * 1.75)
        return top


def wrapped(text: str, across: int) -> list[str]:
    """Lines of at most `across` wide characters; figures count half; no line begins with a closing sign."""
    lines, line, width = [], "", 0.0
    for char in text:
        step = 0.55 if char.isascii() else 1.0
        if width + step > across and char not in _KEEP_TOGETHER:
            lines.append(line)
            line, width = "", 0.0
        line, width = line + char, width + step
    return [*lines, line]


def _chinese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
