import pytest
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from klankbord.web.people.models import User

TOO_SHORT = {"nl": "te kort", "fr": "trop court", "de": "zu kurz", "en": "too short"}


@pytest.mark.parametrize(("language", "said"), TOO_SHORT.items())
def test_a_short_password_is_refused_in_the_language_of_the_page(language, said):
    with translation.override(language), pytest.raises(ValidationError, match=rf"{said}.*12"):
        validate_password("qX7-short")


@pytest.mark.parametrize("password", ["password1234", "marijke@noord.example", "Marijke de Wit"])
def test_what_others_would_guess_is_refused(password):
    somebody = User(email="marijke@noord.example", name="Marijke de Wit")
    with translation.override("nl"), pytest.raises(ValidationError, match=r"veel mensen|uw naam of adres"):
        validate_password(password, somebody)


@pytest.mark.parametrize("language", TOO_SHORT)
def test_every_rule_is_told_beforehand_in_one_sentence(language):
    with translation.override(language):
        told = password_validators_help_texts()
    assert len(told) == 3
    assert all(sentence.endswith(".") and len(sentence) < 60 for sentence in told)
