"""Draw how the time of one case grows with the number of rules, as an SVG. Both axes are logarithmic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import log10

from contest import Result

# In the order of the legend: the engine, its colour, how its line is drawn.
_LINES = (
    ("policy-engine, tables", "#c2185b", ""),
    ("policy-engine, run", "#c2185b", "6 4"),
    ("hand-written Python, all outcomes", "#1565c0", ""),
    ("hand-written Python", "#1565c0", "6 4"),
    ("hand-written JavaScript", "#2e7d32", ""),
    ("json-logic-engine", "#ef6c00", ""),
    ("datalogic-rs (datalogic-py)", "#6d4c41", ""),
)
_WORDS = {"policy-engine, run": "policy-engine, generated function"}
_WIDTH, _HEIGHT = 760, 430
_LEFT, _TOP, _RIGHT, _BOTTOM = 70, 40, 480, 370


def draw_growth(results: Sequence[Result]) -> str:
    """Draw a line for each engine that was measured at two sizes or more."""
    times = {
        name: [(r.rules, m.tenth) for r in results for m in r.measured if m.contender.name == name]
        for name, _, _ in _LINES
    }
    shown = {_WORDS.get(name, name): sorted(points) for name, points in times.items() if len(points) > 1}
    looks = {_WORDS.get(name, name): (colour, dashes) for name, colour, dashes in _LINES}
    return draw(shown, looks, "µs a case")


def draw(
    shown: Mapping[str, Sequence[tuple[int, float]]], looks: Mapping[str, tuple[str, str]], unit: str
) -> str:
    """Draw lines by the number of rules. `looks`: the colour of each, and how it is drawn, in the order of drawing."""
    values = [value for points in shown.values() for _, value in points]
    sizes = sorted({rules for points in shown.values() for rules, _ in points})
    scale = _Scale(sizes, values)
    body = "\n".join((*_axes(scale, sizes, unit), *_curves(shown, looks, scale)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        f'font-size="13" fill="#222">\n<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n'
    )


class _Scale:
    """Where a number of rules and a time lie on the page."""

    def __init__(self, rules: Sequence[int], times: Sequence[float]) -> None:
        self._rules = log10(min(rules)), log10(max(rules))
        # Whole powers of ten.
        self.first = int(log10(min(times)) // 1)
        self.last = int(-(-log10(max(times)) // 1))

    def x(self, rules: float) -> float:
        low, high = self._rules
        return round(_LEFT + (log10(rules) - low) / (high - low) * (_RIGHT - _LEFT), 1)

    def y(self, time: float) -> float:
        share = (log10(time) - self.first) / (self.last - self.first)
        return round(_BOTTOM - share * (_BOTTOM - _TOP), 1)


def _axes(scale: _Scale, sizes: Sequence[int], unit: str) -> Iterator[str]:
    yield _text(_LEFT, _TOP - 16, unit, "start")
    for power in range(scale.first, scale.last + 1):
        at = scale.y(10.0**power)
        yield f'<line x1="{_LEFT}" y1="{at}" x2="{_RIGHT}" y2="{at}" stroke="#ddd"/>'
        yield _text(_LEFT - 8, at + 4, f"{10.0**power:,g}", "end")
    for size in sizes:
        at = scale.x(size)
        yield f'<line x1="{at}" y1="{_TOP}" x2="{at}" y2="{_BOTTOM}" stroke="#eee"/>'
        yield _text(at, _BOTTOM + 20, f"{size:,}", "middle")
    yield _text((_LEFT + _RIGHT) / 2, _BOTTOM + 42, "rules", "middle")


def _curves(
    shown: Mapping[str, Sequence[tuple[int, float]]], looks: Mapping[str, tuple[str, str]], scale: _Scale
) -> Iterator[str]:
    # Names stand beside the ends of their lines, as far apart as they have to.
    ends = sorted((scale.y(points[-1][1]), name) for name, points in shown.items())
    places: dict[str, float] = {}
    lowest = float("-inf")
    for end, name in ends:
        lowest = places[name] = max(end, lowest + 17)
    for name, (colour, dashes) in looks.items():
        if name not in shown:
            continue
        points = [(scale.x(rules), scale.y(time)) for rules, time in shown[name]]
        line = " ".join(f"{x},{y}" for x, y in points)
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        yield f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>'
        yield from (f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in points)
        x, y = points[-1]
        at = places[name]
        yield f'<line x1="{x + 4}" y1="{y}" x2="{_RIGHT + 16}" y2="{at}" stroke="{colour}" stroke-width="0.7"/>'
        yield _text(_RIGHT + 20, at + 4, name, "start", colour)


def _text(x: float, y: float, words: str, anchor: str, colour: str = "#222") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'
