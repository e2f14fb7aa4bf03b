"""Papers drawn in many ways: fonts, places, labels, orders and line breaks change by chance.

Rule 1: each paper carries a mark that says it is a sample, and no real person's portrait.
Rule 2: what is returned as fields is exactly what the paper says, under the names of `filing`.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from bench import fiction, pleas
from bench.fiction import Chance
from filing.lines import Kind
from odr.demo.papers import wrapped

Fields = Mapping[str, str | int]
_MARKS = ("样本 仅供测试", "样张 内部测试用", "测试专用 无效", "仅供演示使用")
_INKS = ("#101010", "#202024", "#1a1a2e", "#2b2b2b")


@dataclass(slots=True)
class Sheet:
    """A picture under the pen."""

    image: Image.Image
    chance: Chance
    font: Path
    ink: str = "#141414"
    pen: ImageDraw.ImageDraw = field(init=False)

    def __post_init__(self) -> None:
        self.pen = ImageDraw.Draw(self.image)

    def write(
        self, at: tuple[float, float], text: str, size: float, *, ink: str = "", spread: float = 0
    ) -> float:
        """The text with `spread` pixels between characters; where it ends."""
        letters = ImageFont.truetype(self.font, round(size))
        if not spread:
            self.pen.text(at, text, font=letters, fill=ink or self.ink)
            return at[0] + letters.getlength(text)
        left = at[0]
        for char in text:
            self.pen.text((left, at[1]), char, font=letters, fill=ink or self.ink)
            left += letters.getlength(char) + spread
        return left

    def centred(self, top: float, text: str, size: float, *, ink: str = "") -> None:
        width = ImageFont.truetype(self.font, round(size)).getlength(text)
        self.write(((self.image.width - width) / 2, top), text, size, ink=ink)

    def mark(self, strength: int = 26) -> None:
        """The sample mark, slanting across in one or two places, and small in a corner."""
        text = self.chance.choice(_MARKS)
        layer = Image.new("RGBA", self.image.size, (0, 0, 0, 0))
        letters = ImageFont.truetype(self.font, round(self.image.width / 22))
        for _ in range(self.chance.choice((1, 2))):
            stamp = Image.new("RGBA", (self.image.width // 2, self.image.width // 14), (0, 0, 0, 0))
            ImageDraw.Draw(stamp).text((0, 0), text, font=letters, fill=(150, 40, 40, strength))
            slanted = stamp.rotate(self.chance.uniform(8, 24), expand=True)
            spot = (
                round(self.image.width * self.chance.uniform(0.05, 0.5)),
                round(self.image.height * self.chance.uniform(0.1, 0.6)),
            )
            layer.alpha_composite(slanted, spot)
        self.image.paste(Image.alpha_composite(self.image.convert("RGBA"), layer).convert("RGB"))
        self.pen = ImageDraw.Draw(self.image)

    def waves(self, colour: str) -> None:
        """A guilloche ground."""
        step = self.chance.uniform(14, 30)
        for row in range(int(self.image.height / step) + 2):
            phase = self.chance.uniform(0, 6)
            points = [
                (x, row * step + 5 * math.sin(x / 60 + phase)) for x in range(0, self.image.width + 20, 20)
            ]
            self.pen.line(points, fill=colour, width=1)

    def paragraphs(
        self, texts: list[str], top: float, *, size: float, left: float, across: int, leading: float
    ) -> float:
        """Paragraphs with an indent of two characters; the place below the last."""
        for text in texts:
            for line in wrapped("　　" + text, across):
                self.write((left, top), line, size)
                top += size * leading
        return top


def draw(kind: Kind, chance: Chance, fonts: list[Path]) -> tuple[Image.Image, Fields]:
    """A paper of this kind by chance, and what it says."""
    return _DRAWERS[kind](chance, chance.choice(fonts))


def _id_front(chance: Chance, font: Path) -> tuple[Image.Image, Fields]:
    person = fiction.person(chance)
    sheet = _card(chance, font)
    label, size = chance.choice(("#2f63a8", "#3a6ea5", "#1f4e8c")), chance.uniform(42, 50)
    left, beside, right = chance.uniform(60, 90), chance.uniform(205, 240), chance.uniform(370, 410)
    top, step = chance.uniform(80, 105), chance.uniform(88, 102)
    small, spread = size * 0.82, chance.choice((0, 8, 14))
    for row, (name, value) in enumerate((("姓名", person.name), ("性别", person.sex))):
        sheet.write((left, top + row * step), name, small, ink=label, spread=spread)
        sheet.write((beside, top + row * step - 4), value, size)
    sheet.write((right, top + step), "民族", small, ink=label, spread=spread)
    sheet.write((right + 145, top + step - 4), person.nation, size)
    sheet.write((left, top + 2 * step), "出生", small, ink=label, spread=spread)
    at = beside
    for number, unit in ((person.birth.year, "年"), (person.birth.month, "月"), (person.birth.day, "日")):
        at = sheet.write((at, top + 2 * step - 4), f"{number} ", size)
        at = sheet.write((at, top + 2 * step), f"{unit} ", small, ink=label)
    sheet.write((left, top + 3 * step), "住址", small, ink=label, spread=spread)
    for row, line in enumerate(wrapped(person.address, chance.choice((10, 11, 12)))):
        sheet.write((beside, top + 3 * step - 4 + row * size * 1.3), line, size)
    sheet.write((left, 672), "公民身份号码", small, ink=label)
    sheet.write((chance.uniform(390, 420), 660), person.number, size * 1.25, spread=chance.choice((0, 4)))
    sheet.image.paste(_portrait(chance), (round(chance.uniform(860, 905)), round(chance.uniform(100, 130))))
    sheet.mark()
    return sheet.image, {
        "name": person.name,
        "sex": person.sex,
        "nation": person.nation,
        "birth": person.birth.isoformat(),
        "address": person.address,
        "id_number": person.number,
    }


def _id_back(chance: Chance, font: Path) -> tuple[Image.Image, Fields]:
    sheet = _card(chance, font)
    begins = fiction.day(chance, 2008, 2024)
    begins = begins.replace(day=min(begins.day, 28))
    years = chance.choice((5, 10, 20, 0))
    until = begins.replace(year=begins.year + years) if years else None
    sheet.pen.ellipse((80, 80, 260, 280), fill="#c63a2f")
    sheet.write((360, chance.uniform(90, 120)), "中华人民共和国", 72, spread=chance.choice((0, 12)))
    sheet.write((380, chance.uniform(215, 240)), "居民身份证", 92, spread=chance.choice((0, 18)))
    authority, left = fiction.police(chance), chance.uniform(220, 300)
    ends = f"{until:%Y.%m.%d}" if until else "长期"
    gap, size = chance.uniform(200, 240), chance.uniform(42, 50)
    for top, label, value in ((560, "签发机关", authority), (655, "有效期限", f"{begins:%Y.%m.%d}-{ends}")):
        sheet.write((left, top), label, 42)
        sheet.write((left + gap, top - 3), value, size)
    sheet.mark()
    return sheet.image, {
        "authority": authority,
        "valid_from": begins.isoformat(),
        "valid_to": until.isoformat() if until else "长期",
    }


def _licence(chance: Chance, font: Path) -> tuple[Image.Image, Fields]:
    firm = fiction.company(chance)
    sheet = Sheet(
        Image.new("RGB", (1700, 1190), chance.choice(("#fbf7ea", "#f8f6ef", "#fdfaf0"))), chance, font
    )
    sheet.waves("#efe6cf")
    sheet.pen.rectangle((25, 25, 1675, 1165), outline="#b8913f", width=8)
    sheet.centred(chance.uniform(90, 120), "营 业 执 照", chance.uniform(96, 110))
    sheet.centred(235, chance.choice(("（副  本）", "（副本）（1-1）")), 32)
    sheet.write((90, 150), "统一社会信用代码", 30)
    sheet.write((90, 195), firm.code, 34)
    _qr(sheet, chance, firm.code)
    size, step = chance.uniform(29, 33), chance.uniform(64, 74)
    left = (("名称", firm.name), ("类型", firm.form), ("法定代表人", firm.head), ("经营范围", pleas.SCOPE))
    day = f"{firm.founded.year}年{firm.founded.month:02}月{firm.founded.day:02}日"
    right = (("注册资本", firm.capital), ("成立日期", day), ("住所", firm.address))
    for column, rows in ((95, left), (895, right)):
        top = 325.0
        for label, value in rows:
            _spread_label(sheet, (column, top), label, size)
            for line in wrapped(value, 17):
                sheet.write((column + 6 * size, top), line, size)
                top += size * 1.4
            top += step - size * 1.4
    sheet.write((1130, 930), "登记机关", 34)
    seal = (1210, 850, 1400, 1040)
    sheet.pen.ellipse(seal, outline="#d0453c", width=6)
    issued = fiction.day(chance, 2022, 2025)
    sheet.write((1210, 1050), f"{issued.year}年{issued.month}月{issued.day}日", 30)
    sheet.mark(40)
    return sheet.image, {
        "credit_code": firm.code,
        "name": firm.name,
        "type": firm.form,
        "legal_rep": firm.head,
        "capital": firm.capital,
        "established": firm.founded.isoformat(),
        "address": firm.address,
    }


def _prose(write: Callable[[Chance], tuple[pleas.Text, Fields]]) -> Callable[..., tuple[Image.Image, Fields]]:
    def drawer(chance: Chance, font: Path) -> tuple[Image.Image, Fields]:
        text, fields = write(chance)
        sheet = Sheet(Image.new("RGB", (1240, 1754), "#f9f9f7"), chance, font, chance.choice(_INKS))
        size = chance.uniform(25, 30)
        left = chance.uniform(120, 160)
        across = int((1240 - 2 * left) / size)
        sheet.centred(chance.uniform(100, 150), text.title, chance.uniform(48, 60))
        top = sheet.paragraphs(
            list(text.body), 240, size=size, left=left, across=across, leading=chance.uniform(1.6, 1.9)
        )
        for line in text.foot:
            top += size * chance.uniform(1.7, 2.0)
            sheet.write((chance.uniform(690, 760), top), line, size)
        sheet.write((left, 1700), "测试样本 虚构内容", 18, ink="#a0a0a0")
        return sheet.image, fields

    return drawer


def _iou(chance: Chance, font: Path) -> tuple[Image.Image, Fields]:
    text, fields = pleas.iou(chance)
    sheet = Sheet(Image.new("RGB", (1240, 900), "#fafaf6"), chance, font, chance.choice(_INKS))
    if chance.random() < 0.3:
        for top in range(150, 880, 62):
            sheet.pen.line((60, top, 1180, top), fill="#b9c6d8", width=2)
    sheet.centred(80, text.title, 62)
    sheet.paragraphs(
        list(text.body),
        210,
        size=37,
        left=110,
        across=chance.choice((25, 26, 27)),
        leading=chance.uniform(1.6, 1.8),
    )
    for row, line in enumerate(text.foot):
        end = sheet.write((650, 620 + 75 * row), line, 37)
        if row == 0 and chance.random() < 0.4:
            layer = Image.new("RGBA", sheet.image.size, (0, 0, 0, 0))
            ImageDraw.Draw(layer).ellipse((end - 70, 600, end - 5, 680), fill=(200, 40, 40, 90))
            sheet.image.paste(Image.alpha_composite(sheet.image.convert("RGBA"), layer).convert("RGB"))
            sheet.pen = ImageDraw.Draw(sheet.image)
    sheet.write((110, 850), "样本", 22, ink="#a0a0a0")
    return sheet.image, fields


def _chat(chance: Chance, font: Path) -> tuple[Image.Image, Fields]:
    talk, fields = pleas.chat(chance)
    sheet = Sheet(Image.new("RGB", (750, 1334), "#ededed"), chance, font)
    sheet.write((40, 16), f"{chance.randrange(7, 23)}:{chance.randrange(10, 60)}", 26)
    sheet.write((640, 16), "87%", 22)
    if chance.random() < 0.5:
        sheet.write((30, 66), "<", 34)
        sheet.write((680, 60), "...", 34)
    sheet.centred(68, str(fields["peer"]), 33)
    sheet.pen.line((0, 128, 750, 128), fill="#d8d8d8")
    sheet.centred(158, talk[0], 24, ink="#909090")
    top = 215.0
    for mine, said in talk[1]:
        lines = wrapped(said, 14)
        width = max(ImageFont.truetype(font, 32).getlength(line) for line in lines) + 44
        height = 44 * len(lines) + 34
        left = 750 - 100 - width if mine else 100
        sheet.pen.rounded_rectangle(
            (left, top, left + width, top + height), 12, fill="#95ec69" if mine else "white"
        )
        sheet.pen.rectangle((670 if mine else 20, top, 730 if mine else 80, top + 60), fill="#8aa4c8")
        for row, line in enumerate(lines):
            sheet.write((left + 22, top + 14 + 44 * row), line, 32)
        top += height + 34
    return sheet.image, fields


def _transfer(chance: Chance, font: Path) -> tuple[Image.Image, Fields]:
    screen, fields = pleas.transfer(chance)
    sheet = Sheet(Image.new("RGB", (750, 1334), "white"), chance, font)
    sheet.centred(60, screen.title, 34)
    sheet.pen.ellipse((335, 120, 415, 200), fill="#e8963a")
    sheet.centred(225, screen.to, 32)
    sheet.centred(285, screen.paid, chance.uniform(56, 66))
    step, left = chance.uniform(66, 80), chance.choice((220, 250, 270))
    for row, (label, value) in enumerate(screen.rows):
        sheet.write((50, 440 + step * row), label, 29, ink="#808080")
        sheet.write((left, 440 + step * row), value, 29)
    sheet.centred(1240, "样本 仅供测试", 24, ink="#d9d3da")
    return sheet.image, fields


def _card(chance: Chance, font: Path) -> Sheet:
    sheet = Sheet(
        Image.new("RGB", (1284, 810), chance.choice(("#e8ecf6", "#eef0f6", "#f1eef4", "#e6f0f2"))),
        chance,
        font,
    )
    sheet.waves(chance.choice(("#d6deee", "#e0d8e8", "#d4e2e6")))
    return sheet


def _portrait(chance: Chance) -> Image.Image:
    """A grey oval with hair on a pale ground: nobody."""
    picture = Image.new("RGB", (330, 430), "#dfe3e8")
    pen, skin = ImageDraw.Draw(picture), chance.randrange(150, 200)
    pen.ellipse((-20, 330, 350, 560), fill=(60, 60, 80))
    pen.ellipse((75, 70, 255, 340), fill=(skin, skin, skin))
    pen.pieslice((70, 50, 260, 280), 180, 360, fill=(40, 40, 40))
    for left in (115, 190):
        pen.ellipse((left, 180, left + 26, 194), fill=(30, 30, 30))
    pen.line((140, 275, 190, 275), fill=(90, 60, 60), width=6)
    return picture


def _spread_label(sheet: Sheet, at: tuple[float, float], label: str, size: float) -> None:
    """A label as wide as five characters, its own spread evenly."""
    sheet.write(at, label, size, spread=(5 - len(label)) * size / max(1, len(label) - 1))


def _qr(sheet: Sheet, chance: Chance, code: str) -> None:
    text = chance.choice((f"http://www.gsxt.invalid/index.html?uniscid={code}", code))
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    pixels = np.asarray(zxingcpp.write_barcode_to_image(made, scale=6))
    sheet.image.paste(Image.fromarray(pixels).convert("RGB").resize((170, 170)), (1440, 95))


_DRAWERS: dict[Kind, Callable[[Chance, Path], tuple[Image.Image, Fields]]] = {
    Kind.ID_FRONT: _id_front,
    Kind.ID_BACK: _id_back,
    Kind.LICENCE: _licence,
    Kind.COMPLAINT: _prose(pleas.complaint),
    Kind.POA: _prose(pleas.power_of_attorney),
    Kind.IOU: _iou,
    Kind.CHAT: _chat,
    Kind.TRANSFER: _transfer,
}
