"""The days to choose from: a few usual periods, each one click away."""

from klankbord.web.insights.overview import Tab
from klankbord.web.insights.wanted import PRESETS, USUAL, Wanted
from klankbord.web.kernel.wording import say


def period_tabs(wanted: Wanted) -> list[Tab]:
    """Return the usual periods as links that keep everything else of the page."""
    return [
        Tab(
            label=say(f"insights.periods.{name}"),
            url=wanted.query(period="" if name == USUAL else name, **{"from": None, "until": None}),
            current=name == wanted.preset,
            count=0,
        )
        for name in PRESETS
    ]
