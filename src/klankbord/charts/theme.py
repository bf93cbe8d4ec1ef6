"""The look of every chart: calm, in blue, grey and orange, and readable without telling colours apart."""

INK = "#1b2430"
MUTED = "#59636f"
HAIRLINE = "#d9dde3"
BLUE = "#1f5591"
GREY = "#8a929d"
PALE = "#c4c8ce"
ORANGE = "#b9530c"
FILLS = {"good": BLUE, "neutral": GREY, "bad": ORANGE}
TEXTS = {"good": BLUE, "neutral": MUTED, "bad": ORANGE}

FONT = "Helvetica Neue, Helvetica, Arial, sans-serif"
WIDE, NARROW = 720, 340
MARGIN = 2  # pixels around every figure, inside its width
_PHONE = 480

CONFIG: dict[str, object] = {
    # The label of the whole figure is its text alternative; a label a mark would be read out one by one.
    "aria": False,
    "autosize": "none",  # a figure is exactly as wide as was asked, labels and all
    "background": "transparent",
    "font": FONT,
    "padding": MARGIN,
    "axis": {
        "domain": False,
        "ticks": False,
        "gridColor": HAIRLINE,
        "labelColor": MUTED,
        "labelFontSize": 12,
        "labelPadding": 6,
        "title": None,
    },
    "view": {"stroke": None},
    "text": {"fontSize": 12, "fill": INK},
}
"""The house style; every outermost chart carries it."""


def is_narrow(width: float) -> bool:
    """Say whether a figure of this width (pixels) takes its phone form."""
    return width < _PHONE
