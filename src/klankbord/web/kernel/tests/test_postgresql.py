"""Tests of PostgreSQL as the register: a server that hung up is noticed, and what is written at once is one thing."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import IntegrityError

from klankbord.web.kernel.statements import ask


@pytest.fixture
def register(transactional_db: None) -> Iterator[Any]:
    """Give a connection to a register in PostgreSQL, with a table in it."""
    del transactional_db
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor != "postgresql":
        pytest.skip("the register is not in PostgreSQL: KLANKBORD_DATABASE_URL says where it is")
    with connection.cursor() as cursor:
        cursor.execute("create table said (word text unique)")
    yield connection
    with connection.cursor() as cursor:
        cursor.execute("drop table said")


def words(register: Any) -> list[str]:
    with register.cursor() as cursor:
        cursor.execute("select word from said order by word")
        return [word for (word,) in cursor.fetchall()]


def say(*several: str) -> list[Any]:
    return [("insert into said values (%s) returning word", [word]) for word in several]


def test_what_is_written_at_once_is_there_whole_or_not_at_all(register: Any) -> None:
    assert register.write(say("a", "b")) == ("a",)
    with pytest.raises(IntegrityError):
        register.write(say("c", "a"))
    assert words(register) == ["a", "b"]
    assert register.get_autocommit()


def test_a_question_is_planned_once(register: Any) -> None:
    register.write(say("a"))
    for _ in range(3):
        assert ask("select word from said where word = %(word)s", {"word": "a"}) == {"word": "a"}
    assert ask("select word from said where word = %(word)s", {"word": "b"}) is None
    with register.cursor() as cursor:
        cursor.execute("select statement from pg_prepared_statements where statement like 'select word from said%'")
        assert len(cursor.fetchall()) == 1


def test_a_server_that_hung_up_is_noticed_without_asking_it(register: Any) -> None:
    other = register.copy()
    with register.cursor() as cursor, other.cursor() as looking:
        cursor.execute("select pg_backend_pid()")
        (ours,) = cursor.fetchone()
        assert register.is_usable()
        looking.execute("select query from pg_stat_activity where pid = %s", [ours])
        assert looking.fetchone() == ("select pg_backend_pid()",)
        looking.execute("select pg_terminate_backend(%s, 5000)", [ours])
    other.close()

    assert not register.is_usable()
    register.close_if_unusable_or_obsolete()
    assert words(register) == []
