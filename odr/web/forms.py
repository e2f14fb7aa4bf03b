"""Forms as frozen dataclasses: what was sent, trimmed and typed by field."""

import base64
import binascii
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TypeVar

from aiohttp import web
from aiohttp.web_request import FileField

from odr.errors import BadInput
from odr.web.formats import COURT_ZONE

FormT = TypeVar("FormT")
_DRAWN = "data:image/png;base64,"


@dataclass(frozen=True, slots=True)
class Upload:
    """One uploaded file; `name` is what the person's device called it, never a path here."""

    name: str
    body: bytes


async def read(request: web.Request, form: type[FormT]) -> FormT:
    """The form; fields are `str` ("" if missing), `bool` (ticked), `tuple[str, ...]`, `Upload | None`."""
    sent = await request.post()
    values: dict[str, object] = {}
    for field in fields(form):  # type: ignore[arg-type]  # FormT is a dataclass
        kind = str(field.type)
        if "Upload" in kind:
            file = sent.get(field.name)
            values[field.name] = _upload(file) if isinstance(file, FileField) else None
        elif "tuple" in kind:
            values[field.name] = tuple(str(value) for value in sent.getall(field.name, []))
        elif "bool" in kind:
            values[field.name] = sent.get(field.name) in ("on", "yes", "true", "1")
        else:
            text = sent.get(field.name, "")
            values[field.name] = text.strip() if isinstance(text, str) else ""
    return form(**values)


def yuan_to_fen(text: str, field: str) -> int:
    """An amount a person typed (50,000 or 50000.5 or ￥50000) in fen."""
    cleaned = text.translate(str.maketrans("０１２３４５６７８９．，", "0123456789.,"))
    cleaned = cleaned.replace(",", "").replace("￥", "").replace("¥", "").removesuffix("元").strip()
    whole, _, cents = cleaned.partition(".")
    if not whole.isdecimal() or (cents and not cents.isdecimal()) or len(cents) > 2 or len(whole) > 12:
        raise BadInput("Please write the amount in yuan with digits, for example 50000.", field=field)
    return int(whole) * 100 + int(cents.ljust(2, "0") or 0)


def moment_of(day: str, time: str) -> datetime:
    """A day and a time of day as a person types them, in the court's zone."""
    try:
        return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=COURT_ZONE)
    except ValueError:
        raise BadInput("Please give a day and a time.", field="day") from None


def local_path(target: str) -> str:
    """`target` if it stays on this site, else the start page: nobody is sent away after signing in."""
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) else "/"


def drawing_of(data_url: str) -> bytes | None:
    """The PNG that the pad for signatures put into the form; None if nothing was drawn."""
    if not data_url:
        return None
    try:
        return base64.b64decode(data_url.removeprefix(_DRAWN), validate=True)
    except binascii.Error as error:
        raise BadInput("The signature picture cannot be read. Please sign again.", field="drawing") from error


def _upload(file: FileField) -> Upload | None:
    body = file.file.read()
    return Upload(file.filename, body) if file.filename or body else None
