import pytest

from klankbord.charts import theme


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast_on_white(colour: str) -> float:
    """Contrast as WCAG 2.2 defines it."""
    return 1.05 / (_luminance(colour) + 0.05)


@pytest.mark.parametrize("colour", [theme.INK, theme.MUTED, *theme.TEXTS.values()])
def test_text_contrast_is_enough(colour):
    assert _contrast_on_white(colour) >= 4.5


@pytest.mark.parametrize("colour", theme.FILLS.values())
def test_shape_contrast_is_enough(colour):
    assert _contrast_on_white(colour) >= 3
