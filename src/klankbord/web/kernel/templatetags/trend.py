"""The trend: a score over time with its interval, drawn once for a screen and once for a phone, and told as a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor
from typing import Any, Protocol

from django.template import Library

from klankbord.web.kernel.wording import wording

register = Library()

_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 48, 12, 28  # room for the numbers at both sides and the periods below


class Point(Protocol):
    """A period and its score; without a value where there were too few answers."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    n: int


@register.inclusion_tag("components/trend.html")
def trend(caption: str, points: Sequence[Point], *, share: bool = False) -> dict[str, Any]:
    """Draw a score by period with its interval, and say the same in a table."""
    style = wording(share=share).formats
    drawn = [_Drawing(points=points, share=share, width=width, height=240) for width in (720, 340)]
    return {
        "caption": caption,
        "drawings": [drawing.parts() for drawing in drawn if drawing.known],
        "rows": [
            {
                "label": point.label,
                "n": point.n,
                "value": None if point.value is None else style.score(point.value),
                "low": None if point.low is None else style.score(point.low),
                "high": None if point.high is None else style.score(point.high),
            }
            for point in points
        ],
    }


@dataclass(frozen=True, kw_only=True)
class _Drawing:
    """The geometry of a trend at one width; every number is written here, as SVG wants it."""

    points: Sequence[Point]
    share: bool
    width: int
    height: int

    @property
    def known(self) -> list[Point]:
        return [point for point in self.points if point.value is not None]

    def parts(self) -> dict[str, Any]:
        """Return the shapes and labels for the template."""
        return {
            "width": self.width,
            "height": self.height,
            "kind": "narrow" if self.width < 480 else "wide",
            "right": self.width - _RIGHT,
            "grid": list(self._grid()),
            "runs": list(self._runs()),
            "periods": list(self._periods()),
            "last": self._last(),
        }

    def _scale(self) -> tuple[float, float, int]:
        lows = [point.low if point.low is not None else point.value or 0 for point in self.known]
        highs = [point.high if point.high is not None else point.value or 0 for point in self.known]
        bottom, top = 20 * floor(min(lows) / 20), 20 * ceil(max(highs) / 20)
        if top - bottom < 40:  # a narrow scale would make waves out of noise
            bottom, top = bottom - 20, top + 20
        return max(bottom, 0 if self.share else -100), min(top, 100), 20 if top - bottom <= 100 else 50

    def _x(self, index: int) -> float:
        return _LEFT + (self.width - _LEFT - _RIGHT) * index / max(len(self.points) - 1, 1)

    def _y(self, value: float) -> float:
        bottom, top, _ = self._scale()
        return _TOP + (self.height - _TOP - _BOTTOM) * (top - value) / (top - bottom)

    def _grid(self) -> Iterator[dict[str, str]]:
        bottom, top, step = self._scale()
        style = wording(share=self.share).formats
        for value in range(step * ceil(bottom / step), int(top) + 1, step):
            kind = "zero" if value == 0 else "grid"
            yield {"y": f"{self._y(value):.1f}", "label": style.score(value), "kind": kind}

    def _runs(self) -> Iterator[dict[str, Any]]:
        # A period without a score breaks the line: nothing is drawn where nothing is known.
        indexed = enumerate(self.points)
        for is_known, run in groupby(indexed, key=lambda pair: pair[1].value is not None):
            if is_known:
                yield self._run(list(run))

    def _run(self, run: list[tuple[int, Point]]) -> dict[str, Any]:
        highs = [self._at(index, point.value if point.high is None else point.high) for index, point in run]
        lows = [self._at(index, point.value if point.low is None else point.low) for index, point in run]
        middle = [self._at(index, point.value) for index, point in run]
        return {
            "band": " ".join(highs + lows[::-1]),
            "line": " ".join(middle),
            "points": [at.split(",") for at in middle],
        }

    def _at(self, index: int, value: float | None) -> str:
        return f"{self._x(index):.1f},{self._y(value or 0):.1f}"

    def _periods(self) -> Iterator[dict[str, str]]:
        end = len(self.points) - 1
        step = max(ceil(end / (2 if self.width < 480 else 6)), 1)
        for index in range(end % step, end + 1, step):
            anchor = "start" if index == 0 else "end" if index == end else "middle"
            yield {"x": f"{self._x(index):.1f}", "label": self.points[index].label, "anchor": anchor}

    def _last(self) -> dict[str, str] | None:
        index, point = len(self.points) - 1, self.points[-1]
        if point.value is None:
            return None
        label = wording(share=self.share).formats.score(point.value)
        return {"x": f"{self._x(index) + 8:.1f}", "y": f"{self._y(point.value) + 4:.1f}", "label": label}
