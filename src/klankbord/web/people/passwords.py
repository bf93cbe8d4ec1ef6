"""What makes a password good enough, said in the words of the product."""

from django.contrib.auth import password_validation as django

from klankbord.web.kernel.wording import say


class LongEnough(django.MinimumLengthValidator):
    """A password has some length."""

    def get_error_message(self) -> str:
        """Say that it is too short."""
        return say("people.passwords.short", n=self.min_length)

    def get_help_text(self) -> str:
        """Say how long it is to be."""
        return say("people.passwords.length", n=self.min_length)


class NotCommon(django.CommonPasswordValidator):
    """A password is none that many people use."""

    def get_error_message(self) -> str:
        """Say that many use it."""
        return say("people.passwords.common")

    def get_help_text(self) -> str:
        """Say that many may not use it."""
        return say("people.passwords.uncommon")


class NotOneself(django.UserAttributeSimilarityValidator):
    """A password is not who one is."""

    def get_error_message(self) -> str:
        """Say that it is too much like them."""
        return say("people.passwords.oneself")

    def get_help_text(self) -> str:
        """Say that it may not be like them."""
        return say("people.passwords.another")
