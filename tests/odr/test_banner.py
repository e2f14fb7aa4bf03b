"""What the terminal shows at the start."""

import io

import zxingcpp
from PIL import Image
from rich.console import Console

from odr.banner import Link, banner

URL = "https://192.168.1.20:8443/sandbox/messages?for=a-person-with-a-long-name"


def _shown(*, terminal: bool, width: int = 60) -> str:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, no_color=True, width=width)
    banner("示范区人民法院", [Link("手机", URL, qr=True)], ["Ctrl+C 停止"], console=console)
    return out.getvalue()


def test_without_a_terminal_there_are_links_and_no_codes() -> None:
    shown = _shown(terminal=False, width=120)
    assert URL in shown
    assert "▀" not in shown


def test_the_code_on_the_terminal_reads_as_the_link() -> None:
    lines = [line.rstrip() for line in _shown(terminal=True, width=120).splitlines()]
    code = [line for line in lines if "█" in line]
    width = max(map(len, code))
    picture = Image.new("L", (width, len(code) * 2), 255)
    for y, line in enumerate(code):
        for x, sign in enumerate(line.ljust(width)):
            picture.putpixel((x, 2 * y), 255 if sign in "█▀" else 0)
            picture.putpixel((x, 2 * y + 1), 255 if sign in "█▄" else 0)
    found = zxingcpp.read_barcodes(picture.resize((width * 8, len(code) * 16), Image.Resampling.NEAREST))
    assert [one.text for one in found] == [URL]
