"""`klankbord simulate`: a contact centre whose truth is known, written as a lake."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from klankbord.errors import OptionError


def simulate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where; empty or not there yet.", show_default=False)],
    *,
    contacts: Annotated[int, typer.Option(help="Contacts that are wanted, about.")] = 100_000,
    months: Annotated[int, typer.Option(help="Calendar months, from November 2024.")] = 24,
    seed: Annotated[int, typer.Option(help="The same seed gives the same rows.")] = 1,
    preset: Annotated[str, typer.Option(help="utility, telecom, bank or outsourcer.")] = "telecom",
    language_mix: Annotated[
        str | None, typer.Option(metavar="SHARES", help="Customers by language, as nl=.5,fr=.3,de=.1,en=.1")
    ] = None,
    agents: Annotated[
        int | None, typer.Option(help="Headcount; as many as the work needs when not given.", show_default=False)
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="MECHANISM", help="Switch a mechanism off, as mood or response; may be repeated."),
    ] = None,
) -> None:
    """Simulate a contact centre, so that an analysis can be tried where the truth is known.

    The truth goes to truth.json and the folder truth. Example: klankbord simulate centre --contacts 20000 --months 6
    """
    from klankbord.twin import Centre
    from klankbord.twin.presets import preset_named

    centre = Centre(
        contacts=contacts,
        months=months,
        seed=seed,
        preset=preset,
        language_mix=_shares(language_mix),
        agents=agents,
        parameters=preset_named(preset).parameters.without(*(without or ())),
    )
    begun = time.perf_counter()
    with _advancing("Simulating") as progress:
        truth = centre.write(folder, progress=progress)
    _print_written(folder, truth, time.perf_counter() - begun)


def _print_written(folder: Path, truth: Any, seconds: float) -> None:
    from klankbord.cli.printing import print_grid

    print_grid("Written", ["table", ">rows"], [[name, f"{rows:,}"] for name, rows in sorted(truth.tables.items())])
    months = list(truth.realised["nps"]["by_month"])
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    rows = sum(truth.tables.values())
    sys.stdout.write(
        f"{months[0]} to {months[-1]}, {size:,.1f} MB in {seconds:,.1f} s, {rows / seconds:,.0f} rows a second\n"
        f"The truth: {folder / 'truth.json'}, and for each contact and comment in {folder / 'truth'}\n"
    )


@contextmanager
def _advancing(message: str) -> Iterator[Callable[[float], None]]:
    """Show how far it is, on a terminal only and beside the output."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %")
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task(message, total=1.0)
        yield lambda share: bar.update(task, completed=share)


def _shares(text: str | None) -> dict[str, float] | None:
    """Return shares as typed.

    Examples
    --------
    >>> _shares("nl=.6,fr=.4")
    {'nl': 0.6, 'fr': 0.4}
    """
    if text is None:
        return None
    shares = {}
    for part in text.split(","):
        name, _, value = part.partition("=")
        try:
            shares[name.strip()] = float(value)
        except ValueError:
            raise OptionError(
                f"--language-mix {text}: {part!r} is not a language and its share", hint="write it as nl=.5,fr=.3,en=.2"
            ) from None
    return shares
