"""Photographs and scans as upright pixels, whatever file they came in.

Rule 1: the kind of file is told by its content, never by its name.
Rule 2: the number of pixels is bounded before a pixel is decoded.
Rule 3: boxes are in pixels of the photo as a viewer shows it, that is with its EXIF orientation applied.
"""

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pillow_heif
import pypdfium2
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from filing.errors import Bloated, Incomplete, Locked, TooLarge, TooManyPages, Unreadable
from filing.filetypes import FileType, file_type
from filing.lines import Box, Line, Place

Pixels = npt.NDArray[np.uint8]  # (height, width, 3), RGB
Corners = npt.NDArray[np.float32]  # (4, 2), clockwise from the top left
Matrix = npt.NDArray[np.float64]  # (3, 3)

TOO_SMALL = "This picture is too small to show anything. Please take the photo again from nearby."
MOST_PIXELS = 60_000_000  # phones of 48 megapixels, and a little
MOST_PAGES = 30
PDF_DPI = 200  # 0.10 s a page; finer text than a photographed page ever has
_DOTS_PER_POINT = PDF_DPI / 72
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
_MOST_SCANS = 100  # of one progressive JPEG with its previews; each costs a whole pass over the picture
_MOST_PIXELS_PER_BYTE = 500  # of a JPEG: one colour all over, in the shortest code, has about 170
_BROKEN = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, RuntimeError)
_BROKEN_OFF = ("truncated", "premature", "not processed", "unexpected end")
_WORKING_SIDE = 2600  # enough for a line of 40 characters of 48 pixels across the page

_CUTTING_SIDE = 4000  # a phone's ordinary photo; of its largest a part is legible all the same

_SHOWN_SIDE = 1600
_FRAME_RGB = (200, 30, 30)

pillow_heif.register_heif_opener()


@dataclass(frozen=True, slots=True)
class Page:
    """One upright picture, possibly smaller than the photo.

    `to_photo` maps its pixels (x, y, 1) to those of the photo; `printed` holds a PDF's text layer.
    """

    pixels: Pixels
    to_photo: Matrix
    number: int = 0
    printed: tuple[Line, ...] = ()

    def box_in_photo(self, quad: Corners) -> Box:
        """Four points of this page, given as (4, 2) numbers, in pixels of the photo."""
        points = quad.astype(np.float64).reshape(1, 4, 2)
        mapped = cv2.perspectiveTransform(points, self.to_photo)[0]
        first, second, third, fourth = ((round(float(x), 1), round(float(y), 1)) for x, y in mapped)
        return first, second, third, fourth

    def quad_here(self, box: Box) -> Corners:
        """The inverse of `box_in_photo`."""
        points = np.asarray(box, np.float64).reshape(1, 4, 2)
        return corners(cv2.perspectiveTransform(points, np.linalg.inv(self.to_photo)))


def open_upright(photo: bytes, *, most_pixels: int = MOST_PIXELS) -> Pixels:
    """The picture, or the first page of the PDF, as RGB with its EXIF orientation applied."""
    return next(pages(photo, most_pixels=most_pixels, side=None)).pixels


def pages(
    photo: bytes,
    *,
    most_pixels: int = MOST_PIXELS,
    side: int | None = _WORKING_SIDE,
    only: int | None = None,
) -> Iterator[Page]:
    """Every page of a PDF, or the one page that a photo is, its longer side at most `side` pixels.

    `only` picks one page, from 0. Raises Unreadable or one of its kinds.
    """
    if file_type(photo) is FileType.PDF:
        yield from _pdf_pages(photo, only)
        return
    if only:
        return
    pixels, width = _photo(photo, most_pixels, side)
    scale = min(1.0, side / max(pixels.shape[:2])) if side else 1.0
    if scale < 1.0:
        pixels = np.asarray(
            cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
        )
    enlarged = width / pixels.shape[1]
    yield Page(pixels, np.diag([enlarged, enlarged, 1.0]))


def crop(photo: bytes, box: Box, *, page: int = 0, margin: float = 0.25) -> bytes:
    """The part of the photo inside `box` as PNG, straightened along the text, for the page that confirms it.

    `margin` is added on each side, in heights of the box.
    """
    for found in pages(photo, side=_CUTTING_SIDE, only=page):
        return _png(_cut(found.pixels, found.quad_here(box), margin))
    raise Unreadable


def crop_on_page(photo: bytes, box: Box, page: int) -> bytes:
    """`crop` with positional arguments only, as they travel to another process."""
    return crop(photo, box, page=page, margin=0.45)


def marked(photo: bytes, box: Box, page: int) -> bytes:
    """The whole photo or page as JPEG, with a frame round what a field was read from."""
    for found in pages(photo, side=_SHOWN_SIDE, only=page):
        outline = np.round(found.quad_here(box)).astype(np.int32).reshape(-1, 1, 2)
        pixels = found.pixels.copy()
        thick = max(3, max(pixels.shape) // 300)
        cv2.polylines(pixels, [outline], isClosed=True, color=_FRAME_RGB, thickness=thick)
        out = io.BytesIO()
        Image.fromarray(pixels).save(out, "JPEG", quality=80)
        return out.getvalue()
    raise Unreadable


def corners(points: Any) -> Corners:
    """Four points as OpenCV wants them."""
    return np.asarray(points, np.float32).reshape(4, 2)


def sides(quad: Corners) -> tuple[float, float]:
    """Width and height of a quadrilateral: the longer of each pair of opposite sides."""
    return (
        float(max(np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[2] - quad[3]))),
        float(max(np.linalg.norm(quad[3] - quad[0]), np.linalg.norm(quad[2] - quad[1]))),
    )


def _photo(photo: bytes, most_pixels: int, side: int | None) -> tuple[Pixels, int]:
    """The upright picture and the photo's width; a JPEG is decoded no finer than `side` pixels need."""
    try:
        with warnings.catch_warnings():
            # Pillow's own bomb warning starts at 89 megapixels; ours is lower and refuses
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(photo), formats=_FORMATS)
        with image:
            if image.width * image.height > most_pixels:
                raise TooLarge
            if min(image.size) < 16:
                raise Unreadable(TOO_SMALL)
            if image.format == "JPEG":
                _check_jpeg(photo, image)
            lying = image.getexif().get(ExifTags.Base.Orientation, 1) >= 5
            width = image.height if lying else image.width
            if side is not None:
                image.draft(None, (side, side))
            ImageOps.exif_transpose(image, in_place=True)
            return np.asarray(_on_white(image)), width
    except Image.DecompressionBombError as error:
        raise TooLarge from error
    except MemoryError as error:
        raise Bloated from error
    except _BROKEN as error:
        broken_off = any(words in str(error).lower() for words in _BROKEN_OFF)
        raise (Incomplete if broken_off else Unreadable) from error


def _check_jpeg(photo: bytes, image: Image.Image) -> None:
    """A decoder that runs out of bytes fills up with grey, and repeats the whole picture for each scan."""
    if len(photo) * _MOST_PIXELS_PER_BYTE < image.width * image.height:
        raise Incomplete
    if photo.count(b"\xff\xda") > _MOST_SCANS:
        raise Bloated


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image  # no copy: of a large photo there are enough
    if image.mode.startswith("I"):
        # 16 bits a pixel, as scanners make them: Pillow would clip them all to white
        return Image.fromarray((np.asarray(image, np.uint32) >> 8).clip(0, 255).astype(np.uint8)).convert(
            "RGB"
        )
    if "A" not in image.getbands():
        return image.convert("RGB")
    ground = Image.new("RGBA", image.size, "white")
    ground.alpha_composite(image.convert("RGBA"))
    return ground.convert("RGB")


def _pdf_pages(photo: bytes, only: int | None) -> Iterator[Page]:
    try:
        document = pypdfium2.PdfDocument(photo)
    except pypdfium2.PdfiumError as error:
        raise (Locked if "password" in str(error).lower() else Unreadable) from error
    try:
        if len(document) > MOST_PAGES:
            raise TooManyPages
        for number in range(len(document)) if only is None else (only,):
            if number < len(document):
                yield _pdf_page(document[number], number)
    except pypdfium2.PdfiumError as error:
        raise Unreadable from error
    finally:
        document.close()


def _pdf_page(page: Any, number: int) -> Page:
    width, height = page.get_size()
    if width * height * _DOTS_PER_POINT**2 > MOST_PIXELS:
        raise TooLarge
    pixels = np.asarray(page.render(scale=_DOTS_PER_POINT).to_pil().convert("RGB"))
    return Page(pixels, np.eye(3), number, tuple(_printed(page, height, number)))


def _printed(page: Any, height_pt: float, number: int) -> Iterator[Line]:
    """The text layer, a line each. PDF's origin is at the bottom left."""
    text = page.get_textpage()
    for index in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(index)
        said = text.get_text_bounded(left, bottom, right, top).replace("\r\n", "").strip()
        if not said:
            continue
        edges = [n * _DOTS_PER_POINT for n in (left, height_pt - top, right, height_pt - bottom)]
        place = Place(edges[0], edges[1], edges[2], edges[3], number)
        yield Line.printed(said, place)


def _cut(pixels: Pixels, quad: Corners, margin: float) -> Pixels:
    width, height = sides(quad)
    edge = margin * height
    scale = min(1.0, 1600 / (width + 2 * edge), 400 / (height + 2 * edge))
    target = corners(
        [(edge, edge), (edge + width, edge), (edge + width, edge + height), (edge, edge + height)]
    )
    size = (max(1, round((width + 2 * edge) * scale)), max(1, round((height + 2 * edge) * scale)))
    matrix = cv2.getPerspectiveTransform(quad, corners(target * scale))
    return np.asarray(cv2.warpPerspective(pixels, matrix, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _png(pixels: Pixels) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()
