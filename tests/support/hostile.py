"""Files that no honest person sends, made on the spot, and the error that each must meet."""

import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf
import pillow_heif
from PIL import Image, PngImagePlugin

from filing.errors import (
    Active,
    Bloated,
    Empty,
    Hidden,
    Incomplete,
    Locked,
    TooLarge,
    TooManyPages,
    Unreadable,
    WrongType,
)

_SCRIPT = b"<script>alert(1)</script>"
_MB = 2**20


@dataclass(frozen=True, slots=True)
class Hostile:
    """`meets` is the error, or a class of errors, that the file must end in."""

    kind: str
    name: str
    body: bytes
    meets: type[Unreadable]


def hostile_files(*kinds: str) -> Iterator[Hostile]:
    """A hundred and more, or those of some kinds; none is larger than what a page may send."""
    for maker in _MAKERS:
        kind = maker.__name__.strip("_")
        for name, body, meets in maker() if not kinds or kind in kinds else ():
            yield Hostile(kind, name, body, meets)


Made = Iterator[tuple[str, bytes, type[Unreadable]]]


def picture(form: str = "JPEG", size: tuple[int, int] = (320, 200), **how: object) -> bytes:
    """An honest picture."""
    out = io.BytesIO()
    noise = Image.frombytes("RGB", size, random.Random(5).randbytes(3 * size[0] * size[1]))
    if form == "HEIC":
        pillow_heif.from_pillow(noise).save(out)
    else:
        noise.save(out, form, **how)
    return out.getvalue()


def large_photo(form: str) -> bytes:
    """8064 x 6048 pixels, as the cameras of phones make them: honest, and heavy."""
    out = io.BytesIO()
    image = Image.linear_gradient("L").resize((8064, 6048)).convert("RGB")
    if form == "HEIC":
        pillow_heif.from_pillow(image).save(out, quality=10, enc_params={"preset": "ultrafast"})
    else:
        image.save(out, form, quality=90)
    return out.getvalue()


def pdf(pages: int = 1, size: tuple[float, float] = (595, 842)) -> pikepdf.Pdf:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=size)
    return document


def saved(document: pikepdf.Pdf, **how: object) -> bytes:
    out = io.BytesIO()
    document.save(out, **how)  # type: ignore[arg-type]  # passed on as given
    return out.getvalue()


def _empty() -> Made:
    yield "nothing.jpg", b"", Empty
    yield "zeros.pdf", bytes(5000), Empty
    yield "blanks.png", b" \r\n\t" * 900, Empty
    yield "zeros of a megabyte.heic", bytes(_MB), Empty


def _bombs() -> Made:
    for mode, side in (("1", 30_000), ("L", 12_000), ("P", 9_000), ("RGB", 8_000)):
        yield f"{mode} of {side} pixels.png", _wide_png(mode, side), TooLarge
    jpeg = picture()
    yield "65,500 pixels.jpg", _sized(jpeg, 65_500, 65_500), TooLarge
    yield "few bytes for 59 megapixels.jpg", _sized(jpeg, 7_700, 7_700), Incomplete
    yield "2,000 scans.jpg", _many_scans(), Bloated
    yield "16,383 pixels.webp", _plain((16_383, 4_000), "WEBP", lossless=True, method=0), TooLarge
    yield "note of 80 MB.png", _png_note(80 * _MB), Unreadable
    yield "ispe of 60,000 pixels.heic", _heic_sized(60_000), Unreadable


def _wrong() -> Made:
    for form in ("GIF", "BMP", "TIFF", "AVIF"):
        yield f"picture.{form.lower()}", _plain((64, 64), form), WrongType
    yield "42.zip", _zip({f"{n}.zip": _zip({"zeros": bytes(_MB)}) for n in range(16)}), WrongType
    yield "zip called jpg.jpg", _zip({"a.txt": b"a"}), WrongType
    for name, part in (
        ("letter.docx", "word/document.xml"),
        ("table.xlsx", "xl/workbook.xml"),
        ("slides.pptx", "ppt/presentation.xml"),
        ("letter.odt", "content.xml"),
        ("letter.ofd", "OFD.xml"),
    ):
        yield name, _zip({"[Content_Types].xml": b"<x/>", part: b"<x/>"}), WrongType
    yield "letter.doc", bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600), WrongType
    yield "letter.rtf", b"{\\rtf1\\ansi hello}" * 9, WrongType
    yield "a.rar", b"Rar!\x1a\x07\x00" + bytes(600), WrongType
    yield "a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(600), WrongType
    yield "a.gz", gzip.compress(bytes(50 * _MB)), WrongType
    yield "a.bz2", bz2.compress(bytes(_MB)), WrongType
    yield "a.xz", lzma.compress(bytes(_MB)), WrongType
    yield "a.tar", _tar(), WrongType
    yield "page.ps", b"%!PS-Adobe-3.0\n" + bytes(600), WrongType


def _films() -> Made:
    yield "film.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(600), WrongType
    yield "film.mov", b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(600), WrongType
    yield "film.3gp", b"\0\0\0\x14ftyp3gp4\0\0\0\x003gp4" + bytes(600), WrongType
    yield "film.avi", b"RIFF\x00\x10\0\0AVI LIST" + bytes(600), WrongType
    yield (
        "film.mkv",
        b"\x1aE\xdf\xa3\xa3B\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x88matroska",
        WrongType,
    )
    yield "voice.mp3", b"ID3\x03" + bytes(600), WrongType
    yield "voice.wav", b"RIFF\x00\x10\0\0WAVEfmt " + bytes(600), WrongType
    yield "voice.amr", b"#!AMR\n" + bytes(600), WrongType


def _programs() -> Made:
    yield "photo.jpg.exe", b"MZ" + bytes(600), WrongType
    yield "photo.jpg", b"MZ this is a program called photo.jpg" * 100, WrongType
    yield "a.elf", b"\x7fELF\x02\x01\x01" + bytes(600), WrongType
    yield "a.sh", b"#!/bin/sh\nrm -rf /\n" * 20, WrongType
    yield "page.html", b"<!doctype html><html>" + _SCRIPT, WrongType
    yield "page without a beginning.htm", b"hello " * 20 + _SCRIPT, WrongType
    yield (
        "drawing.svg",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
        WrongType,
    )
    yield "page.php", b"<?php system($_GET['x']); ?>" * 9, WrongType


def _broken_off() -> Made:
    for form in ("JPEG", "PNG", "WEBP", "HEIC"):
        whole = picture(form)
        for percent in (40, 90):
            name = f"{percent} % of a photo.{form.lower()}"
            yield name, whole[: len(whole) * percent // 100], Unreadable
    whole = saved(pdf(5))
    for percent in (30, 60, 95):
        yield f"{percent} % of a paper.pdf", whole[: len(whole) * percent // 100], Incomplete


def _scraps() -> Made:
    yield "text.jpg", b"hello " * 50, Unreadable
    yield "chance.jpg", random.Random(7).randbytes(5000), Unreadable
    yield "head of a jpeg.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(40), Unreadable
    yield "head of a png.png", b"\x89PNG\r\n\x1a\n" + bytes(40), Unreadable
    yield "head of a webp.webp", b"RIFF\x00\x10\0\0WEBPVP8 " + bytes(40), Unreadable
    yield "head of a heic.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(40), Unreadable
    yield "head of a pdf.pdf", b"%PDF-1.7\n" + b"garbage" * 30, Unreadable
    yield "head and tail of a pdf.pdf", b"%PDF-1.7\ngarbage\n%%EOF\n", Unreadable
    yield "one pixel.png", _plain((1, 1), "PNG"), Unreadable
    yield "stamp of 12 pixels.jpg", _plain((12, 12), "JPEG"), Unreadable
    damaged = bytearray(picture("PNG"))
    damaged[60:400] = bytes(340)
    yield "damaged inside.png", bytes(damaged), Unreadable


def _locked() -> Made:
    for name, user, strength, aes in (
        ("password to open, AES-256.pdf", "secret", 6, True),
        ("password to change, AES-256.pdf", "", 6, True),
        ("password to open, AES-128.pdf", "secret", 4, True),
        ("password to open, RC4-128.pdf", "secret", 3, False),
        ("password to open, RC4-40.pdf", "secret", 2, False),
    ):
        how = pikepdf.Encryption(owner="owner", user=user, R=strength, aes=aes, metadata=aes)  # type: ignore[arg-type]
        yield name, saved(pdf(), encryption=how), Locked


def _acting() -> Made:
    script = {"S": pikepdf.Name.JavaScript, "JS": "app.alert(1)"}
    for name, action in (
        ("script", script),
        ("program", {"S": pikepdf.Name.Launch, "F": "calc.exe"}),
        ("sends a form", {"S": pikepdf.Name.SubmitForm, "F": "http://localhost/"}),
        ("takes data in", {"S": pikepdf.Name.ImportData, "F": "data.fdf"}),
        ("plays a film", {"S": pikepdf.Name.Rendition, "JS": "x()"}),
    ):
        opening, button = pdf(), pdf()
        opening.Root.OpenAction = _dictionary(action)
        yield f"{name} on opening.pdf", saved(opening), Active
        link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link)
        link.A = _dictionary(action)
        button.pages[0].Annots = pikepdf.Array([link])
        yield f"{name} on a button.pdf", saved(button), Active
    named, carrying, form = pdf(), pdf(), pdf()
    named.Root.Names = pikepdf.Dictionary(
        JavaScript=pikepdf.Dictionary(Names=pikepdf.Array(["x", _dictionary(script)]))
    )
    yield "named script.pdf", saved(named), Active
    carrying.attachments["x.exe"] = b"MZ"
    yield "file inside.pdf", saved(carrying), Active
    form.Root.AcroForm = pikepdf.Dictionary(XFA=pikepdf.Stream(form, b"<xdp/>"), Fields=pikepdf.Array())
    yield "form that computes.pdf", saved(form), Active


def _dictionary(entries: dict[str, object]) -> pikepdf.Dictionary:
    return pikepdf.Dictionary({f"/{key}": value for key, value in entries.items()})


def _pdfs() -> Made:
    yield "31 pages.pdf", saved(pdf(31)), TooManyPages
    yield "3,000 pages.pdf", saved(pdf(3_000)), TooManyPages
    yield "no page.pdf", saved(pikepdf.new()), Unreadable
    yield "page of five metres.pdf", saved(pdf(1, (14_400, 14_400))), TooLarge
    once, twice, wide = pdf(), pdf(), pdf()
    once.pages[0].Contents = _packed(once, 1)
    yield "80 MB in a stream.pdf", saved(once), Bloated
    twice.pages[0].Contents = _packed(twice, 2)
    yield "80 MB packed twice.pdf", saved(twice), Bloated
    huge = pikepdf.Stream(
        wide, b"x", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=90_000, Height=90_000
    )
    wide.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=huge))
    yield "picture of 8 gigapixels.pdf", saved(wide), TooLarge
    page = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
    page += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    crowd = b"\n".join(b"%d 0 obj[]endobj" % number for number in range(4, 100_500))
    yield "100,000 objects.pdf", _hand_made(page + crowd), Bloated
    yield "tree that bites its tail.pdf", _endless_tree(), Unreadable
    yield "deep arrays.pdf", _hand_made(b"1 0 obj<</Type/Catalog/Pages " + b"[" * 90_000), Unreadable


def _double() -> Made:
    archive = _zip({"run.js": b"x()"})
    paper = saved(pdf())
    for form in ("JPEG", "PNG", "WEBP", "HEIC"):
        yield f"archive behind a photo.{form.lower()}", picture(form) + archive, Hidden
    for form in ("JPEG", "PNG"):
        yield f"PDF behind a photo.{form.lower()}", picture(form) + paper, Hidden
        yield f"program behind a photo.{form.lower()}", picture(form) + b"MZ" + bytes(900), Hidden
        yield f"page behind a photo.{form.lower()}", picture(form) + b"<html>" + _SCRIPT, Hidden
    yield "script in the notes.jpg", picture(comment=_SCRIPT), Hidden
    yield "PDF in the notes.jpg", picture(comment=b"%PDF-1.7\n1 0 obj"), Hidden
    yield "server script in the notes.png", _png_words("<?php system($_GET['x']); ?>"), Hidden
    yield "archive behind a paper.pdf", paper + archive, Hidden
    yield "page in the head of a paper.pdf", paper[:9] + b"%<html>" + _SCRIPT + b"\n" + paper[9:], Hidden
    yield "archive with a paper in its head.pdf", _zip({"a.pdf": b"%PDF-1.4"}, stored=True), WrongType
    yield "picture with a paper in its head.pdf", b"GIF89a" + bytes(20) + paper, WrongType


def _plain(size: tuple[int, int], form: str, **how: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, form, **how)
    return out.getvalue()


def _wide_png(mode: str, side: int) -> bytes:
    """Rows of zeros, packed a thousandfold."""
    depth, colour, bits = {"1": (1, 0, 1), "L": (8, 0, 8), "P": (8, 3, 8), "RGB": (8, 2, 24)}[mode]
    packing = zlib.compressobj(1)
    rows = packing.compress(bytes(200 * (1 + side * bits // 8))) + packing.flush()
    head = struct.pack(">IIBBBBB", side, side, depth, colour, 0, 0, 0)
    palette = _chunk(b"PLTE", bytes(768)) if mode == "P" else b""
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + palette + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")
    )


def _png_note(length: int) -> bytes:
    note = _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(length), 9))
    whole = _plain((64, 64), "PNG")
    return whole[:33] + note + whole[33:]


def _png_words(words: str) -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", words)
    out = io.BytesIO()
    Image.new("RGB", (64, 64)).save(out, "PNG", pnginfo=notes)
    return out.getvalue()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _sized(jpeg: bytes, width: int, height: int) -> bytes:
    """The same bytes, announced as a picture of another size (SOF0)."""
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + struct.pack(">HH", height, width) + jpeg[at + 4 :]


def _many_scans() -> bytes:
    whole = _plain((2_000, 2_000), "JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * 2_000 + b"\xff\xd9"


def _heic_sized(side: int) -> bytes:
    whole = picture("HEIC")
    at = whole.index(b"ispe") + 8
    return whole[:at] + struct.pack(">II", side, side) + whole[at + 8 :]


def _zip(parts: dict[str, bytes], *, stored: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return out.getvalue()


def _tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"), io.BytesIO())
    return out.getvalue()


def _packed(document: pikepdf.Pdf, times: int) -> pikepdf.Stream:
    content = bytes(80 * _MB)
    for _ in range(times):
        content = zlib.compress(content, 1 if len(content) > _MB else 9)
    stream = pikepdf.Stream(document, b"")
    stream.write(content, filter=pikepdf.Array([pikepdf.Name.FlateDecode] * times))
    return stream


def _endless_tree() -> bytes:
    tree = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 9/Kids[2 0 R]>>endobj "
    return _hand_made(tree)


def _hand_made(objects: bytes) -> bytes:
    return b"%PDF-1.4\n" + objects + b"\ntrailer<</Root 1 0 R/Size 3>>\nstartxref\n0\n%%EOF\n"


_MAKERS = (_empty, _bombs, _wrong, _films, _programs, _broken_off, _scraps, _locked, _acting, _pdfs, _double)
KINDS = tuple(maker.__name__.strip("_") for maker in _MAKERS)
