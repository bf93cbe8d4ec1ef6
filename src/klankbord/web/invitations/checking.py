"""Whether mail will be taken for ours: what receivers look for, and a letter to look at."""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from typing import Final, Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from klankbord.web.invitations.letters import From, Links, sender_of, written
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.mail import is_set_up, posting
from klankbord.web.kernel.mail_settings import is_service
from klankbord.web.kernel.signing_mail import is_signing, published_record
from klankbord.web.surveys.models import Survey
from klankbord.web.surveys.questionnaire import Questionnaire

_LONGEST: Final = 255
_TESTED = audit.entry_type("invitations.letter_tested", shred=audit.keep_all)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that receivers look for: whether it is so, in words of the catalogue, with a DNS record to publish."""

    key: str
    kind: Literal["done", "doubt", "problem", "info"]
    values: dict[str, str]
    record: str = ""


def findings(sender: From) -> list[Finding]:
    """Say what is and what is not so of the mail of an organisation; nothing is looked up."""
    options, domain = settings.OPTIONS, sender.address.rpartition("@")[2]
    told = {"domain": domain}
    if not is_set_up():
        return [Finding(key="no_server", kind="problem", values=told)]
    if urlsplit(options.mail_url).scheme == "outbox":
        return [Finding(key="outbox", kind="info", values=told)]
    host = urlsplit(options.mail_url).hostname or ""
    found = [Finding(key="server", kind="done", values=told)]
    if is_service(options.mail_url):
        return [*found, Finding(key="service", kind="info", values=told)]
    # Receivers ask it of the domain that letters return to, which need not be the one that readers see.
    returns_to = options.mail_bounces.rpartition("@")[2] or domain
    record = _record(returns_to, f"v=spf1 {_sends_from(host)} -all")
    found.append(Finding(key="spf", kind="info", values={"domain": returns_to}, record=record))
    if is_signing():
        name, text = published_record()
        is_ours = domain == options.dkim_domain or domain.endswith(f".{options.dkim_domain}")
        key, kind = ("dkim", "done") if is_ours else ("dkim_other", "doubt")
        signed = told | {"signer": options.dkim_domain}
        found.append(Finding(key=key, kind=kind, values=signed, record=_record(name, text)))  # type: ignore[arg-type]
    else:
        found.append(Finding(key="no_dkim", kind="doubt", values=told))
    found.append(
        Finding(key="dmarc", kind="info", values=told, record=_record(f"_dmarc.{domain}", "v=DMARC1; p=quarantine"))
    )
    bounces = Finding(key="bounces", kind="done", values={"address": options.mail_bounces})
    return [*found, bounces if options.mail_bounces else Finding(key="no_bounces", kind="doubt", values=told)]


def _sends_from(host: str) -> str:
    try:
        return f"ip{ip_address(host).version}:{host}"
    except ValueError:
        return f"a:{host}"


def _record(name: str, text: str) -> str:
    """Return a record as zone files have it: in strings of at most 255 characters, which receivers join again."""
    parts = [text[at : at + _LONGEST] for at in range(0, len(text), _LONGEST)]
    quoted = " ".join(f'"{part}"' for part in parts)
    return f"{name} TXT {quoted}"


def send_specimen(actor: Actor, *, to: str, survey: Survey, language: str) -> None:
    """Send the letter of a survey to whoever wants to see it; its links lead nowhere, because nobody is asked.

    Raises
    ------
    MailError
        When it did not leave.
    """
    actor.require(Permission.MANAGE_SURVEYS)
    version = survey.current
    if version is None:
        raise LookupError("a survey that is not published asks nothing")
    asked = Questionnaire.from_dict(version.content).in_language(language)
    base = f"{settings.OPTIONS.url.rstrip('/')}/s/specimen/"
    links = Links(
        page=base,
        scores=tuple((score, f"{base}{score}/") for score in asked.scale),
        stop=f"{base}stop/",
        honeypot=f"{base}more/",
    )
    yesterday = (timezone.localtime() - timedelta(days=1)).date()
    letter = written(asked, links, to=to, sender=sender_of(actor.organisation), on=yesterday)
    with posting() as post:
        post(letter)
    audit.record(actor, _TESTED, f"survey {survey.pk}")
