"""Tests of SQLite as the register: writers of one process take turns, and nobody keeps a turn that is over."""

from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Event, Thread
from time import sleep
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler, IntegrityError, OperationalError

from klankbord.web.kernel.sqlite3 import base
from klankbord.web.kernel.sqlite3.gathering import Gathering


@pytest.fixture
def registers(tmp_path: Path, django_db_blocker: Any) -> Iterator[ConnectionHandler]:
    """Give connections to one new register, in which SQLite itself waits for nobody."""
    options = {"transaction_mode": "IMMEDIATE", "timeout": 0, "init_command": "PRAGMA journal_mode=WAL"}
    ours, plain = base.DatabaseWrapper.__module__.removesuffix(".base"), "django.db.backends.sqlite3"
    engines = {"default": ours, "first": ours, "second": ours, "plain": plain}
    place = str(tmp_path / "register.sqlite3")
    made = ConnectionHandler(
        {name: {"ENGINE": engine, "NAME": place, "OPTIONS": options} for name, engine in engines.items()}
    )
    with django_db_blocker.unblock():
        with made["first"].cursor() as cursor:
            cursor.execute("create table said (word text unique)")
        yield made
        made.close_all()


def say(connection: BaseDatabaseWrapper, word: str) -> None:
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    with connection.cursor() as cursor:
        cursor.execute("insert into said values (%s)", [word])
    connection.commit()
    connection.set_autocommit(True)


def words(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        return [word for (word,) in cursor.execute("select word from said order by rowid").fetchall()]


@pytest.mark.parametrize(("kind", "waits"), [("second", True), ("plain", False)])
def test_a_second_writer_waits_for_the_first_until_it_has_ended(
    registers: ConnectionHandler, kind: str, waits: bool
) -> None:
    first, begun, went_wrong = registers["first"], Event(), list[OperationalError]()

    def second() -> None:
        begun.set()
        try:
            say(registers[kind], "second")
        except OperationalError as error:
            went_wrong.append(error)
        finally:
            registers[kind].close()

    first.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    with first.cursor() as cursor:
        cursor.execute("insert into said values ('first')")
    other = Thread(target=second)
    other.start()
    begun.wait(10)
    other.join(0.3)
    assert other.is_alive() == waits
    first.commit()
    first.set_autocommit(True)
    other.join(10)

    assert words(first) == (["first", "second"] if waits else ["first"])
    assert bool(went_wrong) is not waits


def test_a_transaction_that_fails_gives_way(registers: ConnectionHandler) -> None:
    first, second = registers["first"], registers["second"]
    say(first, "first")
    with pytest.raises(IntegrityError):
        say(first, "first")
    first.rollback()
    first.set_autocommit(True)

    say(second, "second")

    assert words(first) == ["first", "second"]


def test_a_connection_that_is_closed_within_a_transaction_gives_way(registers: ConnectionHandler) -> None:
    registers["second"].set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    registers["second"].close()

    say(registers["first"], "first")

    assert words(registers["first"]) == ["first"]


def test_nobody_waits_for_ever(registers: ConnectionHandler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "_PATIENCE_S", 0.1)
    registers["second"].set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)

    with pytest.raises(OperationalError, match="locked"):
        registers["first"].set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)

    registers["second"].rollback()
    registers["second"].set_autocommit(True)
    say(registers["first"], "first")
    assert words(registers["first"]) == ["first"]


def test_who_fails_among_those_who_are_written_together_fails_alone(registers: ConnectionHandler) -> None:
    said, failed, begun = "insert into said values (%s) returning word", list[str](), Barrier(7)

    def write(word: str) -> None:
        register: Any = registers["first"]
        begun.wait(10)
        try:
            assert register.write([(said, [word]), (said, [f"{word}!"])]) == (word,)
        except IntegrityError:
            failed.append(word)
        finally:
            register.close()

    threads = [Thread(target=write, args=(word,)) for word in "abcdea"]
    for thread in threads:
        thread.start()
    registers["second"].set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    begun.wait(10)
    sleep(0.3)
    registers["second"].commit()
    registers["second"].set_autocommit(True)
    for thread in threads:
        thread.join(10)

    assert sorted(words(registers["first"])) == ["a", "a!", "b", "b!", "c", "c!", "d", "d!", "e", "e!"]
    assert failed == ["a"]


def test_what_comes_while_somebody_writes_goes_in_one_transaction() -> None:
    gathering, at_work, go, portions, found = Gathering(), Event(), Event(), list[int](), list[str]()

    def together(several: list[Any]) -> list[Any]:
        portions.append(len(several))
        at_work.set()
        go.wait(10)
        return [statement for ((statement, _),) in several]

    threads = [Thread(target=lambda one=one: found.append(gathering.write([(one, [])], together))) for one in "abcde"]
    threads[0].start()
    at_work.wait(10)
    for thread in threads[1:]:
        thread.start()
    while len(gathering._waiting) < len(threads):
        sleep(0.01)
    go.set()
    for thread in threads:
        thread.join(10)

    assert portions == [1, 4]
    assert sorted(found) == ["a", "b", "c", "d", "e"]
