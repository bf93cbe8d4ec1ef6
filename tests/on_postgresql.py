"""Run the product's tests on PostgreSQL, where a server answers; say so where none does."""

import os
import subprocess
import sys

import psycopg

URL = os.environ.get("KLANKBORD_TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/klankbord")
# Where it matters which database there is: concurrency, constraints, locks, and every address and operation.
PLACES = (
    "tests/contracts/web",
    *(f"src/klankbord/web/{room}" for room in ("contacts", "kernel", "invitations", "responses", "privacy")),
)


def answers(url: str) -> bool:
    """Say whether a server answers at the address, whatever databases it has."""
    try:
        psycopg.connect(url.rpartition("/")[0] + "/postgres", connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def main() -> int:
    """Run the tests that use a register, with the options given."""
    if not answers(URL):
        sys.stdout.write(
            "NOT RUN on PostgreSQL: no server answers; start one or set KLANKBORD_TEST_DATABASE_URL. "
            "The product was tested on SQLite only.\n"
        )
        return 0
    command = [sys.executable, "-m", "pytest", *PLACES, *sys.argv[1:]]
    return subprocess.run(command, env=os.environ | {"KLANKBORD_DATABASE_URL": URL}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
