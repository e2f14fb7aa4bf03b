"""What may be uploaded, and what is shown of it."""

import io

import pikepdf
import pillow_heif
import pytest
from PIL import Image

from filing.errors import Active, Locked, TooManyPages, Unreadable
from filing.uploads import examine


def _photo(form: str = "JPEG", **how: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 200), "teal").save(out, form, **how)
    return out.getvalue()


def _pdf(pages: int = 1) -> pikepdf.Pdf:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page()
    return document


def _bytes(document: pikepdf.Pdf, **how: object) -> bytes:
    out = io.BytesIO()
    document.save(out, **how)  # type: ignore[arg-type]
    return out.getvalue()


def test_what_a_camera_wrote_into_a_photo_is_not_shown() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    found = examine(_photo(exif=exif))
    assert b"SecretCamera" in _photo(exif=exif)
    assert b"SecretCamera" not in found.shown
    assert (found.content_type, found.shown_type) == ("image/jpeg", "image/jpeg")


def test_a_photo_of_an_apple_phone_is_shown_to_everybody() -> None:
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (320, 200), "teal")).save(out)
    found = examine(out.getvalue())
    assert (found.content_type, found.shown_type) == ("image/heic", "image/jpeg")


def test_the_name_says_nothing_the_content_everything() -> None:
    with pytest.raises(Unreadable):
        examine(b"MZ this is a program called photo.jpg" * 100)


def test_a_plain_pdf_is_kept_as_it_is() -> None:
    file = _bytes(_pdf(3))
    found = examine(file)
    assert (found.pages, found.shown, found.content_type) == (3, file, "application/pdf")


def test_a_pdf_with_a_script_is_refused() -> None:
    document = _pdf()
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    with pytest.raises(Active):
        examine(_bytes(document))


def test_a_pdf_that_starts_a_program_from_a_button_is_refused() -> None:
    document = _pdf()
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe")
    button = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=action)
    document.pages[0].Annots = pikepdf.Array([button])
    with pytest.raises(Active):
        examine(_bytes(document))


def test_a_pdf_with_a_file_inside_is_refused() -> None:
    document = _pdf()
    document.attachments["x.exe"] = b"MZ"
    with pytest.raises(Active):
        examine(_bytes(document))


def test_a_locked_pdf_is_refused_with_or_without_a_password_to_open_it() -> None:
    for user in ("", "secret"):
        with pytest.raises(Locked):
            examine(_bytes(_pdf(), encryption=pikepdf.Encryption(owner="owner", user=user)))


def test_a_pdf_of_more_than_30_pages_is_refused() -> None:
    with pytest.raises(TooManyPages):
        examine(_bytes(_pdf(31)))
