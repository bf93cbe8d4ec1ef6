"""The command line: parse, call, print; what a number means is decided in the rooms below."""

import sys


def main() -> None:
    """Run the command line; 0 is well, 1 falls short of a target, 2 is bad input."""
    try:
        from klankbord.cli.commands import run
    except ModuleNotFoundError as missing:
        sys.stderr.write(f"The command line needs {missing.name}: pip install 'klankbord[cli]'\n")
        sys.exit(2)
    sys.exit(run())
