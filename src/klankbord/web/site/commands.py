"""The commands that run the product; each loads Django only when it is called."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from klankbord.errors import OptionError

app = typer.Typer()
_PANEL = "The product"
At = Annotated[
    Path | None,
    typer.Option("--home", envvar="KLANKBORD_HOME", help="Folder of the installation.", show_default="klankbord-data"),
]


@app.command(rich_help_panel=_PANEL)
def serve(home: At = None) -> None:
    """Start the product: pages, API and jobs, with everything it keeps in one folder.

    The first time it prints one link, to create the owner. Example: klankbord serve --home centre
    """
    _begin(home)
    from klankbord.web.site.serving import serve as start

    start()


@app.command(rich_help_panel=_PANEL)
def worker(
    home: At = None,
    *,
    beside: Annotated[bool, typer.Option(hidden=True, help="Stop with the process that started it.")] = False,
) -> None:
    """Do the jobs only: what `serve` starts beside itself, or more of it on another machine."""
    _begin(home)
    from django.conf import settings

    from klankbord.web.kernel.in_use import hold
    from klankbord.web.kernel.jobs import work
    from klankbord.web.site.serving import stop_with_parent

    if beside:
        stop_with_parent()
    hold(settings.HOME.folder)
    work()


@app.command(rich_help_panel=_PANEL)
def setup(
    home: At = None,
    organisation: Annotated[str | None, typer.Option(help="Name of the organisation.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of its owner.")] = None,
    email: Annotated[str | None, typer.Option(help="E-mail address of its owner.")] = None,
    zone: Annotated[str, typer.Option(help="IANA time zone of its days.")] = "Europe/Brussels",
    language: Annotated[str, typer.Option(help="nl, fr, de or en.")] = "en",
) -> None:
    """Make an organisation and its owner, asking for what was not given; the password is only ever asked for."""
    _begin(home)
    from klankbord.web.site.setting_up import set_up

    set_up(
        organisation=organisation or typer.prompt("Organisation"),
        name=name or typer.prompt("Your name"),
        email=email or typer.prompt("Your e-mail address"),
        password=typer.prompt("Password (at least 12 characters)", hide_input=True, confirmation_prompt=True),
        zone=zone,
        language=language,
    )


@app.command(rich_help_panel=_PANEL)
def doctor(home: At = None) -> None:
    """Say what is wrong with an installation, and what to do; leaves with 1 when something is."""
    place = home or Path("klankbord-data")
    if not (place / "secrets").is_dir():
        raise OptionError(f"there is no installation in {place}", hint=f"make one: klankbord serve --home {place}")
    _begin(home, prepare=False)
    from klankbord.web.site.checkup import print_findings

    raise typer.Exit(code=print_findings())


@app.command(rich_help_panel=_PANEL)
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Archive to write.", show_default=False)],
    home: At = None,
) -> None:
    """Write everything of an installation into one archive, while it goes on running."""
    _begin(home)
    from klankbord.web.site.archiving import write_archive

    write_archive(file)


@app.command(rich_help_panel=_PANEL)
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Archive to read.", show_default=False)],
    home: At = None,
    *,
    replace: Annotated[bool, typer.Option(help="Replace what is there.")] = False,
) -> None:
    """Put an installation back as an archive holds it: all of it, or nothing."""
    _begin(home, prepare=False)
    from klankbord.web.site.archiving import put_back

    put_back(file, replace=replace)


@app.command(rich_help_panel=_PANEL)
def rebuild(
    organisation: Annotated[str, typer.Argument(metavar="ORGANISATION", help="Its short name, as in addresses.")],
    home: At = None,
) -> None:
    """Make the lake of an organisation anew from the register and the files that came in."""
    _begin(home)
    from klankbord.web.site.setting_up import rebuild_lake

    typer.echo(rebuild_lake(organisation))


@app.command(rich_help_panel=_PANEL)
def bounce(
    recipient: Annotated[list[str] | None, typer.Argument(help="Addresses that the mail server took it for.")] = None,
    home: At = None,
) -> None:
    """Take in a message that came back, from standard input: what a mail server pipes to the address of returned mail.

    Always leaves with 0, so that no mail server returns what it could not understand. In Postfix: klankbord bounce
    "${recipient}".
    """
    _begin(home, prepare=False)
    from klankbord.web.invitations.actions import take_returned

    typer.echo(take_returned(sys.stdin.buffer.read(), recipient or ()).kind)


@app.command(rich_help_panel=_PANEL)
def demo(
    home: At = None,
    *,
    contacts: Annotated[int, typer.Option(help="Contacts to simulate, about.")] = 200_000,
    listen: Annotated[str, typer.Option(envvar="KLANKBORD_LISTEN", help="Address and port.")] = "127.0.0.1:8000",
) -> None:
    """Start the product with a simulated telecom centre, signed in as its owner."""
    os.environ |= {"KLANKBORD_DEMO": "yes", "KLANKBORD_LISTEN": listen, "KLANKBORD_URL": f"http://{listen}"}
    os.environ.setdefault("KLANKBORD_MAIL_URL", "outbox:")
    _begin(home or Path("demo"))
    from django.conf import settings

    from klankbord.web.site.demo import prepare

    prepare(contacts)
    os.environ["KLANKBORD_HOME"] = str(settings.HOME.folder)
    # A process of its own: the server forks, and the lake's library has been at work in this one.
    os.execv(sys.executable, [sys.executable, "-m", "klankbord", "serve"])  # noqa: S606


@app.command(rich_help_panel=_PANEL)
def settings() -> None:
    """List the settings of an installation, as docs/settings.md has them."""
    from klankbord.web.kernel.options import reference

    typer.echo(reference(), nl=False)


def _begin(home: Path | None, *, prepare: bool = True) -> None:
    if home is not None:
        os.environ["KLANKBORD_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "klankbord.web.kernel.settings"
    import django

    django.setup()
    if prepare:
        from klankbord.web.site.setting_up import migrate

        migrate()
