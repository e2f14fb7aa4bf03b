"""Lines over logarithmic axes as one SVG: enough for a picture of cost, without a plotting library."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

Point = tuple[float, float]
WIDTH, HEIGHT, EDGE = 420, 300, 50
COLOURS = ("#1f5fa8", "#2e8b57", "#b8860b", "#a83232")


def draw(path: Path, panels: Mapping[str, Mapping[str, Sequence[Point]]], y_title: str) -> None:
    """A panel for each x axis, a line for each name; y from 1 µs up."""
    tall = max(y for lines in panels.values() for points in lines.values() for _, y in points)
    body = [_panel(n, x_title, lines, tall, y_title) for n, (x_title, lines) in enumerate(panels.items())]
    size = f'width="{WIDTH * len(panels)}" height="{HEIGHT}"'
    style = 'font-family="sans-serif" font-size="12"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>\n'
    path.write_text(svg + "\n".join(body) + "\n</svg>\n", encoding="utf-8")


def _panel(number: int, x_title: str, lines: Mapping[str, Sequence[Point]], tall: float, y_title: str) -> str:
    xs = sorted({x for points in lines.values() for x, _ in points})
    x_of = _scale(xs[0], xs[-1], EDGE, WIDTH - 20)
    y_of = _scale(1, tall, HEIGHT - EDGE, 30)
    parts = [f'<g transform="translate({number * WIDTH} 0)">']
    parts.append(f'<text x="{EDGE}" y="16">{y_title}</text>')
    parts.append(f'<text x="{WIDTH // 2}" y="{HEIGHT - 8}">{x_title}</text>')
    parts += [f'<text x="{x_of(x):.0f}" y="{HEIGHT - 32}">{x:g}</text>' for x in xs]
    for tick in (1, 2, 5, 10, 20, 50, 100):
        if tick <= tall:
            y = y_of(tick)
            parts.append(f'<path d="M{EDGE} {y:.0f}H{WIDTH - 20}" stroke="#ccc"/>')
            parts.append(f'<text x="16" y="{y + 4:.0f}">{tick}</text>')
    for colour, (name, points) in zip(COLOURS, lines.items(), strict=False):
        corners = " ".join(f"{x_of(x):.1f},{y_of(y):.1f}" for x, y in points)
        end_x, end_y = x_of(points[-1][0]), y_of(points[-1][1])
        parts.append(f'<polyline points="{corners}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{end_x - 45:.0f}" y="{end_y - 6:.0f}" fill="{colour}">{name}</text>')
    return "".join([*parts, "</g>"])


class _scale:  # noqa: N801  reads as the function it is
    """Logarithmic, from `low`..`high` to `start`..`end`."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self._low, self._start = math.log(low), start
        self._slope = (end - start) / max(1e-9, math.log(high) - math.log(low))

    def __call__(self, value: float) -> float:
        return self._start + self._slope * (math.log(max(value, 0.1)) - self._low)
