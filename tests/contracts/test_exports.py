"""Files of several thousand rows, as four tools write them, are read to the last row."""

import pytest

from klankbord.lake import Responses, read

from .exports import WRITERS, Export

_ROWS = 4000


@pytest.fixture(scope="module", params=WRITERS)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Export]:
    path = tmp_path_factory.mktemp("exports") / request.param
    return request.param, WRITERS[request.param](path, _ROWS)


@pytest.fixture(scope="module")
def responses(written: tuple[str, Export]) -> Responses:
    return read(written[1].path)


def test_the_dialect_is_recognised_and_its_measure(written, responses):
    name, _ = written
    assert responses.source == name.partition(".")[0]
    assert responses.measure is not None
    assert responses.measure.name == ("csat" if responses.source == "chatwoot" else "nps")


def test_every_record_is_read_and_either_kept_or_listed(written, responses):
    _, export = written
    assert responses.read == export.records
    assert responses.kept == export.kept
    assert sum(drop.count for drop in responses.drops) == export.records - export.kept


def test_every_score_is_found_as_often_as_it_was_given(written, responses):
    _, export = written
    tally = responses.tally()
    found = dict(zip(tally.values.tolist(), tally.counts[0].tolist(), strict=True))
    assert found == dict(sorted(export.counts.items()))


def test_unfinished_answers_count_and_are_named(written, responses):
    assert responses.partial == written[1].partial


def test_each_reason_is_listed_as_often_as_it_occurs(written, responses):
    _, export = written
    assert {drop.reason: drop.count for drop in responses.drops} == dict(export.drops)
