"""What the terminal shows when the court has opened: its addresses, and a QR code for a phone."""

from collections.abc import Sequence
from dataclasses import dataclass

import segno
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text


@dataclass(frozen=True, slots=True)
class Link:
    """`who` opens `url`; with `qr` it can be photographed from the terminal."""

    who: str
    url: str
    note: str = ""
    qr: bool = False


def banner(
    title: str, links: Sequence[Link], hints: Sequence[str] = (), *, console: Console | None = None
) -> None:
    """Print the links; QR codes only where somebody may be looking, on a terminal."""
    console = console or Console(highlight=False)
    column = max((cell_len(link.who) for link in links), default=0)
    console.print(Text(f"\n{title}\n", style="bold"))
    for link in links:
        line = Text.assemble(
            "  ", set_cell_size(link.who, column), "  ", (link.url, "bold cyan"), "  ", link.note
        )
        console.print(line, soft_wrap=True)  # a link stays in one piece, to be clicked or copied
    if console.is_terminal:
        for link in (link for link in links if link.qr):
            console.print(Text(f"\n{link.who}\n{_drawn(link.url)}"), soft_wrap=True)
    for hint in hints:
        console.print(Text(f"  {hint}", style="dim"), soft_wrap=True)


def _drawn(url: str) -> str:
    """The code in half blocks, two modules a character, dark on light whatever the terminal's colours."""
    rows = [list(row) for row in segno.make(url, error="l").matrix_iter(border=2)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    signs = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join(
        "".join(signs[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in pairs
    )
