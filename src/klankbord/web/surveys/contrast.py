"""Colours that can be read: contrast as WCAG 2.2 measures it, and the nearest colour that has enough of it."""

import re
from colorsys import hls_to_rgb, rgb_to_hls
from typing import Final

# The two grounds of a respondent's page; `respondent.css` paints on no other.
DAY: Final = "#ffffff"
NIGHT: Final = "#14191f"
ENOUGH: Final = 4.5
_HEX = re.compile(r"#[0-9a-f]{6}")
_STEPS = 24


def is_colour(text: str) -> bool:
    """Say whether a text is a colour as we write them: # and six digits in lower case."""
    return _HEX.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2, definition of contrast ratio).

    >>> contrast("#000000", "#ffffff")
    21.0
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def is_readable(colour: str, ground: str) -> bool:
    """Say whether text in a colour can be read on a ground, and text in the colour of the ground on it."""
    return contrast(colour, ground) >= ENOUGH


def nearest_readable(colour: str, ground: str) -> str:
    """Return the colour itself where it can be read; else the same hue, as little darker or lighter as will do.

    >>> nearest_readable("#1f5591", DAY)
    '#1f5591'
    >>> nearest_readable("#ff9900", DAY)
    '#ab6600'
    """
    if is_readable(colour, ground):
        return colour
    end = 1.0 if _luminance(ground) < 0.18 else 0.0
    hue, lightness, saturation = rgb_to_hls(*_channels(colour))
    reads, fails = end, lightness
    for _ in range(_STEPS):
        middle = (reads + fails) / 2
        if is_readable(_written(hue, middle, saturation), ground):
            reads = middle
        else:
            fails = middle
    return _written(hue, reads, saturation)


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _written(hue: float, lightness: float, saturation: float) -> str:
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in hls_to_rgb(hue, lightness, saturation))
