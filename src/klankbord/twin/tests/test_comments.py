"""What customers write: varied, natural in form, repeatable, and true to what is recorded about it."""

import os
import re
import subprocess
import sys
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klankbord.errors import OptionError
from klankbord.twin.comments import EMOTIONS, LANGUAGES, TOPICS, write_comments
from klankbord.twin.comments.grammar import LEVELS, LINKS, load_grammar

PLAIN = {"irony": 0.0, "typos": 0.0, "mixed": 0.0, "personal": 0.0}
WILD = {"irony": 0.5, "typos": 0.5, "mixed": 0.5, "personal": 0.5}


def written(language, n, *, seed=1, mood=None, **options):
    rng = np.random.default_rng(seed)
    topic = [TOPICS[code] for code in rng.integers(0, len(TOPICS), n)]
    moods = rng.uniform(-1, 1, n) if mood is None else np.full(n, mood)
    return topic, moods, write_comments(rng, language=[language] * n, topic=topic, mood=moods, **options)


@cache
def usual(language):
    return written(language, 20_000)


@cache
def clean(language):
    return written(language, 20_000, **PLAIN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_comments_are_varied(language):
    texts = usual(language)[2].texts
    long = [text for text in texts if len(text) > 40]
    assert len(set(texts)) > 10_000
    assert len(long) > 8_000
    assert len(set(long)) > 0.9 * len(long)
    assert min(map(len, texts)) < 8
    assert max(map(len, texts)) > 250


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hundred_thousand_comments_hold_tens_of_thousands(language):
    assert len(set(written(language, 100_000)[2].texts)) > 70_000


def test_the_same_state_gives_the_same_comments():
    first, again, other = written("nl", 500), written("nl", 500), written("nl", 500, seed=2)
    assert first[2].texts == again[2].texts
    assert first[2].personal == again[2].personal
    assert first[2].texts != other[2].texts


def test_comments_do_not_depend_on_the_process():
    code = (
        "import hashlib, numpy as np; from klankbord.twin.comments import *; n = 2000;"
        "c = write_comments(np.random.default_rng(5), language=[LANGUAGES[i % 4] for i in range(n)],"
        " topic=[TOPICS[i % 15] for i in range(n)], mood=np.linspace(-1, 1, n), personal=.3, mixed=.3, irony=.3);"
        "print(hashlib.sha256(repr((c.texts, c.topics, c.emotion, c.personal)).encode()).hexdigest())"
    )
    prints = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(prints) == 1


def test_import_is_light():
    code = "import sys, klankbord.twin.comments; print(' '.join(sorted({name.split('.')[0] for name in sys.modules})))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "numpy" in loaded
    assert not {"scipy", "pandas", "duckdb", "altair", "narwhals"} & set(loaded)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentiment_follows_the_mood(language):
    _, moods, comments = usual(language)
    assert np.corrcoef(moods, comments.sentiment)[0, 1] > 0.8
    assert comments.sentiment.dtype == np.float32
    assert np.abs(comments.sentiment).max() <= 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_emotion_agrees_with_sentiment(language):
    _, _, comments = clean(language)
    pleasant = {"joy", "gratitude", "relief", "trust"}
    for sentiment, emotion in zip(comments.sentiment.tolist(), comments.emotion, strict=True):
        if sentiment >= 0.75:
            assert emotion in pleasant
        if sentiment <= -0.75:
            assert emotion not in pleasant | {"neutral"}
    assert set(comments.emotion) == set(EMOTIONS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mild_mood_gives_mild_or_mixed_comments(language):
    comments = written(language, 5_000, mood=0.0, **PLAIN)[2]
    assert np.abs(comments.sentiment).mean() < 0.3
    links = load_grammar(language).links
    but = {text for kind in ("but_bad", "but_good", "short_but") for text in _texts_of(links, LINKS.index(kind))}
    assert np.mean([any(word in text for word in but) for text in comments.texts]) > 0.2


def _texts_of(pool, cell):
    for template in range(pool.first[cell], pool.first[cell] + pool.templates[cell]):
        yield from pool.inside[pool.start[template] : pool.start[template] + pool.variants[template]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_topic_asked_for_is_written_about(language):
    topic, _, comments = usual(language)
    assert all(asked in told for asked, told in zip(topic, comments.topics, strict=True))
    assert all(len(set(told)) == len(told) <= 3 for told in comments.topics)
    assert all(told == ("no_reason",) for told in comments.topics if "no_reason" in told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_topics_come_in_the_order_of_the_text(language):
    shorts = load_grammar(language).shorts
    heads = {}
    for code, name in enumerate(TOPICS):
        for level in range(len(LEVELS)):
            for text in _texts_of(shorts, code * len(LEVELS) + level):
                heads.setdefault(text.lower(), set()).add(name)
    checked = 0
    for text, told in zip(clean(language)[2].texts, clean(language)[2].topics, strict=True):
        head, comma, _ = text.lower().partition(", ")
        if comma and len(told) == 2 and len(heads.get(head, ())) == 1 and "no_reason" not in heads[head]:
            assert heads[head] == {told[0]}
            checked += 1
    assert checked > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_is_told_in_every_polarity(language):
    _, _, comments = clean(language)
    seen = {
        (told[0], float(np.sign(sentiment)))
        for told, sentiment in zip(comments.topics, comments.sentiment, strict=True)
        if len(told) == 1
    }
    assert seen == {(name, sign) for name in TOPICS for sign in (-1.0, 0.0, 1.0)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_grammar_is_rich_enough(language):
    templates = load_grammar(language).clauses.templates.reshape(len(TOPICS), len(LEVELS))
    assert (templates[:, :2].sum(axis=1) >= 12).all()
    assert (templates[:, 2] >= 5).all()
    assert (templates[:, 3:].sum(axis=1) >= 12).all()
    assert (load_grammar(language).shorts.templates > 0).all()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("options", [PLAIN, WILD], ids=["plain", "wild"])
def test_texts_are_whole(language, options):
    for text in written(language, 20_000, **options)[2].texts:
        assert text == text.strip()
        assert text
        assert not re.search(r"[{}\[\]|]|  | [,.]|,,|\. ?,|\.[!?]|[!?]\.(?!\.)|: ?\.", text), text


ALIEN = {
    "nl": "ßäüçàèùâîôûœ£",
    "fr": "ßäöü£ñ",
    "de": "éèàçâêîôûëïœ£",
    "en": "€äöüßéèàçâêîôûëïœ",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_has_signs_of_another(language):
    alien = set(ALIEN[language]) | set(ALIEN[language].replace("ß", "").upper())
    assert not set("".join(clean(language)[2].texts)) & alien


WORDS = {
    "nl": {"de", "het", "niet", "ik"},
    "fr": {"le", "la", "pas", "je"},
    "de": {"der", "die", "nicht", "ich"},
    "en": {"the", "my", "was", "i"},
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_comment_is_in_its_language(language):
    words = re.findall(r"\w+", " ".join(clean(language)[2].texts).lower())
    counts = {name: sum(word in own for word in words) for name, own in WORDS.items()}
    assert max(counts, key=lambda name: counts[name]) == language


PRAISE = {
    "nl": "geweldig fantastisch heerlijk top prachtig knap bravo hulde chapeau complimenten super fijn leuk briljant "
    "geniaal mooi lief lieve attent snel tempo dol hartelijk charmant vriendelijk expert koopje bedankt dankjewel "
    "gezellig helder duidelijk betrouwbaar applaus geniale service voorrecht beloning keurig lekker warm",
    "fr": "bravo génial super magnifique merci chapeau félicitations champion charmant chaleureux délicieux adorable "
    "plaisir sourire merveilleu expert brillant formidable belle affaire gentil aimable fantastique bonheur superbe "
    "adore rapid limpide clair fiabilité privilège simplicité éclair joli beau",
    "de": "großartig grossartig super herrlich toll schön wunderbar respekt glückwunsch bravo hut herzlich reizend "
    "charmant freude wärme expert genial brillant applaus schnäppchen nett aufmerksam danke klasse liebe schnell "
    "tempo klar verständlich zuverlässig privileg prima",
    "en": "brilliant wonderful fantastic great lovely well bravo congratulations warm charming delightful joy expert "
    "genius clever bargain kind thoughtful impressive thank nice superb fun beautiful love fast quick clear reliable "
    "privilege reward perfect amazing pace",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_irony_praises_and_means_the_opposite(language):
    lovely = re.compile("|".join(PRAISE[language].split()), re.IGNORECASE)
    _, _, ironic = written(language, 3_000, mood=-0.9, **PLAIN | {"irony": 1.0})
    _, _, straight = written(language, 3_000, mood=-0.9, **PLAIN)
    assert (ironic.sentiment < 0).all()
    assert all(lovely.search(text) for text in ironic.texts)
    assert np.mean([bool(lovely.search(text)) for text in straight.texts]) < 0.15


@pytest.mark.parametrize("language", LANGUAGES)
def test_happy_people_are_not_ironic(language):
    happy, sincere = (written(language, 500, mood=0.9, **PLAIN | {"irony": irony})[2] for irony in (1.0, 0.0))
    assert happy.texts == sincere.texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_typos_change_words_but_not_the_truth(language):
    _, _, right = written(language, 2_000, **PLAIN)
    _, _, wrong = written(language, 2_000, **PLAIN | {"typos": 1.0})
    assert np.mean([a != b for a, b in zip(right.texts, wrong.texts, strict=True)]) > 0.8
    assert right.topics == wrong.topics
    assert (right.sentiment == wrong.sentiment).all()


@pytest.mark.parametrize("language", LANGUAGES)
def test_mixed_comments_have_words_of_another_language(language):
    _, _, pure = written(language, 2_000, **PLAIN)
    _, _, mixed = written(language, 2_000, **PLAIN | {"mixed": 1.0})
    assert all(a != b for a, b in zip(pure.texts, mixed.texts, strict=True))
    assert pure.topics == mixed.topics


@settings(max_examples=30, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from(LANGUAGES), st.sampled_from(TOPICS), st.floats(-2, 2)), min_size=0, max_size=20
    ),
    seed=st.integers(0, 1000),
)
def test_any_request_is_answered(rows, seed):
    language, topic, mood = ([row[place] for row in rows] for place in range(3))
    comments = write_comments(
        np.random.default_rng(seed), language=language, topic=topic, mood=np.array(mood, dtype=float), **WILD
    )
    assert len(comments.texts) == len(comments.topics) == len(comments.emotion) == len(comments.personal) == len(rows)
    assert all(comments.texts)


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ({"language": ["it"]}, "nl, fr, de, en"),
        ({"topic": ["wating"]}, "did you mean 'waiting'"),
        ({"mood": np.zeros(2)}, "one of each"),
        ({"mood": np.array([np.nan])}, "-1 (bad) to 1 (good)"),
    ],
)
def test_what_cannot_be_written_is_refused(asked, hint):
    request = {"language": ["nl"], "topic": ["waiting"], "mood": np.zeros(1)} | asked
    with pytest.raises(OptionError) as raised:
        write_comments(np.random.default_rng(1), **request)
    assert hint in raised.value.hint
