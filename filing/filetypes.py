"""Which file it is, told by its content alone; and whether another file hides in it.

Rule 1: the name and the type that a browser sends say nothing.
Rule 2: a file that two programs would open as two different things is refused, whatever it looks like.
"""

import io
import re
import zipfile
from collections.abc import Iterable
from enum import StrEnum

import puremagic

from filing.errors import Empty, Hidden, Incomplete, Unreadable, WrongType


class FileType(StrEnum):
    """What we take, by its media type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    HEIC = "image/heic"
    PDF = "application/pdf"


OFFICE = "This is an office document. Please save it as PDF and send the PDF."
ARCHIVE = "This is a packed archive. Please unpack it and send the photos or PDF files that are in it."
FILM = "This is a video or a sound recording. Please send a photo, or a picture of the screen."
PROGRAM = "This is a program or a web page, not a paper. Please send a photo or a PDF."
PICTURE = "This kind of picture is not taken here. Please save it as JPEG or PNG and send it again."

_HEAD = 4096
_PDF_MARK = b"%PDF-"
_PDF_WITHIN = 1024  # readers accept the mark of a PDF anywhere in here (ISO 32000-1, annex H, note 13)
_PDF_END = b"%%EOF"
_SCRIPT = re.compile(rb"<script|<\?php|<!doctype html|<html", re.IGNORECASE)
_OFFICE_PARTS = ("word/", "xl/", "ppt/", "content.xml", "OFD.xml")
_EXTENSIONS = {
    "jpg": FileType.JPEG,
    "jpeg": FileType.JPEG,
    "png": FileType.PNG,
    "webp": FileType.WEBP,
    "heic": FileType.HEIC,
    "heif": FileType.HEIC,
    "pdf": FileType.PDF,
}
_REFUSED = (  # what puremagic names -> the sentence; the first that fits
    (r"\.(docx?|xlsx?|xlsb|pptx?|wps|rtf|od[tsp]|ofd|eps|ps|msg)$", OFFICE),
    (r"\.(zip|rar|cbr|7z|cb7|gz|tar|bz2|xz|zst|cab|jar)$|compressed|x-gzip", ARCHIVE),
    (r"\.(mp4|m4v|mov|3gp|avi|mkv|webm|mp3|m4a|wav|amr|ogg|flac)$|^(video|audio)/", FILM),
    (r"\.(exe|dll|scr|elf|appimage|html?|js|sh|py|php|class|svg|xml)$|text/html", PROGRAM),
    (r"^image/|\.(gif|bmp|tiff?|avif|psd|ico)$", PICTURE),
)
_ENDS = {FileType.JPEG: b"\xff\xd9", FileType.PNG: b"IEND\xaeB`\x82"}
_FOLLOWERS = (b"MZ", b"\x7fELF", b"Rar!", b"7z\xbc\xaf", b"PK\x03\x04", b"#!")


def file_type(file: bytes) -> FileType:
    """Raises Empty, WrongType, Hidden, Incomplete or, for what nobody knows, Unreadable."""
    if not file.strip(b"\0 \t\r\n"):
        raise Empty
    told = FileType.PDF if _opens_as_pdf(file) else _told(file)
    if _hides_another(file, told):
        raise Hidden
    if told is FileType.PDF and _PDF_END not in file[-_PDF_WITHIN:]:
        raise Incomplete
    return told


def _opens_as_pdf(file: bytes) -> bool:
    """Is the mark of a PDF the first thing in it? Some scanners write a byte order mark or blanks before."""
    return file[:_PDF_WITHIN].lstrip(b"\xef\xbb\xbf \t\r\n\0").startswith(_PDF_MARK)


def _told(file: bytes) -> FileType:
    if file.startswith(b"RIFF") and file[8:12] in (b"AVI ", b"WAVE"):  # puremagic sees a WebP in any RIFF
        raise WrongType(FILM)
    names = _candidates(file)
    for extension, _ in names:
        if extension.removeprefix(".") in _EXTENSIONS:
            return _EXTENSIONS[extension.removeprefix(".")]
    if _packed(file):
        raise WrongType(_of_zip(file))
    if file.startswith((b"MZ", b"\x7fELF", b"#!/")):
        raise WrongType(PROGRAM)
    for pattern, sentence in _REFUSED:
        if any(re.search(pattern, part, re.IGNORECASE) for name in names for part in name):
            raise WrongType(sentence)
    raise WrongType(PROGRAM) if _SCRIPT.search(file[:_HEAD]) else Unreadable


def _candidates(file: bytes) -> list[tuple[str, str]]:
    """(extension, media type), the likeliest first."""
    try:
        found = puremagic.magic_string(file[:_HEAD])
    except (puremagic.PureError, ValueError):
        return []
    return [(one.extension.lower(), one.mime_type.lower()) for one in found]


def _packed(file: bytes) -> bool:
    return file.startswith(b"PK\x03\x04")


def _of_zip(file: bytes) -> str:
    """Office documents are archives too; told apart by what is inside, unopened."""
    return OFFICE if _any_part(_names_in(file), _OFFICE_PARTS) else ARCHIVE


def _any_part(names: Iterable[str], wanted: tuple[str, ...]) -> bool:
    return any(name.startswith(wanted) for name in names)


def _names_in(file: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            return archive.namelist()[:1000]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return []


def _hides_another(file: bytes, told: FileType) -> bool:
    """A PDF, a web page, an archive or a program; a film or a depth map, which phones append, is none."""
    if _names_in(file):
        return True
    if told is FileType.PDF:
        return _SCRIPT.search(file[:_PDF_WITHIN]) is not None
    return _PDF_MARK in file or _SCRIPT.search(file) is not None or _followed(file, told)


def _followed(file: bytes, told: FileType) -> bool:
    """Does an archive or a program begin right behind the last byte of the picture?"""
    end = _ENDS.get(told)
    if end is None or end not in file:
        return False
    return file[file.rfind(end) + len(end) :].startswith(_FOLLOWERS)
