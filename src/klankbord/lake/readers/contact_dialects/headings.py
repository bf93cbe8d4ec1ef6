"""Headings of contact records as people and tools write them (nl, fr, de, en), and the columns that they stand for."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import reduce

from klankbord.lake.readers.contact_dialect import COLUMNS

# Endings that tell how a duration is written, and not which one it is.
_UNITS = {"ms": 0.001, "msec": 0.001, "milliseconds": 0.001, "min": 60.0, "minutes": 60.0, "minuten": 60.0}
_ENDINGS = re.compile(
    r"\b(ms|msec|milliseconds|min|minutes|minuten|s|sec|secs|seconds|seconden|sekunden|secondes|hh mm ss|h mm ss)$"
)
_WORDS = {
    "THING": "(contact|call|interaction|conversation|gespreks?|chat|case|ticket)",
    "AT": "( ?(at|on|TIME|date|datum|moment|op|um|utc|le|timestamp|datetime))*",
    "ID": "(id|nr|no|number|nummer|reference|referentie|ref|guid|uuid|sid|code|key)",
    "TIME": "(time|times|duration|tijd|duur|zeit|dauer|temps|durée|secs?|seconds)",
}

# In the order in which they are asked; of several lines the telling ones come first.
_HEADINGS: Mapping[str, str] = {
    "external_id": r"""
        (contact|interaction|call|leg|segment|record|session|chat|ticket|case|task|contactmoment) ?ID
        (gespreks?|kontakt|vorgangs?|appel) ?ID
        (id|identifiant|numéro) (contact|appel|interaction|du contact|de l appel)
        id|uuid|guid|reference|referentie|unique ?id
    """,
    "conversation": r"""
        (conversation|konversations?|master contact|parent call|linked|initial contact|original interaction) ?ID
        conversation|gesprek|konversation
    """,
    "leg": r"""
        leg|leg (nr|number|no)|segment (nr|number|no)
    """,
    "started_at": r"""
        THING? ?(start|started|begin|began|offered|queued|startdatum|aanvang|beginn|anfang|début|debut)AT
        gestart( op)?|begonnen( um| am)?|commencé( le| à)?|heure de début|date de début|startzeit(punkt)?
        starttijd(stip)?|begintijd(stip)?|beginzeit|anfangszeit|aangeboden( op)?
        (contact|call|interaction|gespreks?|kontakt|anruf) ?(date|datum|moment|tijdstip|zeitpunkt|date time|timestamp)
        date (de l |d )?appel|date du contact
        date( ?time)?|datetime|datum( en)?( tijd)?|timestamp|tijdstip|zeitpunkt|zeitstempel|horodatage
        date et heure
        (created|opened|aangemaakt|erstellt|créé)( (at|on|op|am|le|date|time))?
    """,
    "ended_at": r"""
        THING? ?(end|ended|finish|finished|closed|disconnected|einde|ende|fin)AT
        geëindigd( op)?|beëindigd( op)?|beendet( um| am)?|terminé( le| à)?|heure de fin|date de fin
        endzeit(punkt)?|eindtijd(stip)?|endedatum|einddatum
    """,
    "agent": r"""
        (agent|employee|user|advisor|handler|assignee|operator|owner) ?(ID|login|username|e ?mail)
        (medewerkers?|mitarbeiter|conseiller) ?(ID|login|e ?mail)
        agent|agent ?name|agentname|employee|advisor|handled by agent|medewerker( ?naam)?|behandelaar
        mitarbeiter( ?name)?|bearbeiter|conseiller|opérateur|télé?conseiller|nom (de l )?agent|assignee|handler
        sachbearbeiter
    """,
    "team": r"""
        (agent |employee )?team ?(name|naam)?|ploeg|équipe|equipe|mannschaft|arbeitsgruppe|(agent|user) group
    """,
    "queue": r"""
        queue ?(name|naam)?|wachtrij( ?naam)?|warteschlange( ?name)?|file( d attente)?|skill( ?(group|name))?
        skillgroep|ring groups?|acd queue|workgroup|campaign( name)?|campagne
    """,
    "channel": r"""
        channel( type| name)?|media( ?type( name)?)?|kanaal|kanal|canal|medium|contact ?(channel|type)
    """,
    "direction": r"""
        (call )?direction|richting|richtung|sens( de l appel)?|call type|gespreksrichting|anrufrichtung
    """,
    "wait_s": r"""
        (queue |customer |total )?(wait|waiting|waited|queue|queued|hold in queue|wacht|warte|attente|answer)( ?TIME)?
        wachttijd|wartezeit|temps d attente|durée d attente|time to answer|speed of answer|in queue
        time in queue|queue wait( time)?
    """,
    "talk_s": r"""
        (agent |total )?(talk|talking|talked|conversation|speak|gespreks?|gesprächs|sprech|conversation)( ?TIME)
        talk|gesprekstijd|gespreksduur|gesprächszeit|gesprächsdauer|sprechzeit|temps de (conversation|parole)
        durée de (conversation|l appel)
    """,
    "hold_s": r"""
        (customer |total )?(hold|held|on hold|halte|mise en attente)( ?TIME)?|wacht(stand)?duur|tijd in de wacht
        in de wacht( ?(tijd|duur))?|haltezeit|haltedauer|(durée|temps) de mise en (attente|garde)|parkeertijd
    """,
    "wrap_s": r"""
        (acw|after (call|contact) work|wrap ?up|wrap|nawerk|nacharbeits?|nachbearbeitungs?|post appel)( ?TIME)?
        nawerktijd|nabewerkingstijd|nacharbeitszeit|nachbearbeitungszeit
        (durée|temps) de (post ?traitement|post ?appel)
    """,
    "handle_s": r"""
        (total )?(handle|handling|handled|aht|behandel|bearbeitungs?|afhandel|verwerkings?)( ?TIME)?
        behandeltijd|afhandeltijd|afhandelduur|bearbeitungszeit|bearbeitungsdauer|(durée|temps) de traitement
        dmt|average handle time
    """,
    "threshold_s": r"""
        (service level |sla |sl )?(threshold|target)( time)?|servicedoel|serviceziel
    """,
    "holds": r"""
        (number of )?holds|hold count|times on hold|aantal keer in de wacht|anzahl halten|mises en attente
    """,
    "transfers": r"""
        (number of )?transfers?|transferred|transfer count|doorverbonden|doorverbindingen|weiterleitungen
        weitergeleitet|weiterverbunden|transferts?|transféré|verbindungen
    """,
    "transferred_from": r"""
        transferred from|doorverbonden door|weitergeleitet von|transféré (par|de)
    """,
    "transferred_to": r"""
        transferred to|doorverbonden naar|weitergeleitet an|transféré (à|vers)
    """,
    "offered": r"""
        (is )?offered|aangeboden|angeboten|présenté
    """,
    "answered": r"""
        (is )?(answered|handled|beantwoord|angenommen|beantwortet|répondu|décroché|traité)
    """,
    "abandoned": r"""
        (is )?(abandoned|abandon|abandonné|aufgelegt|abgebrochen|opgehangen|afgehaakt|verlaten|aufgegeben)
    """,
    "resolved": r"""
        (is )?(resolved|solved|opgelost|gelöst|résolu)|fcr|first (contact|call) resolution|erstlösung
        in één keer opgelost
    """,
    "customer": r"""
        (customer|client|debtor|account|caller|requester|contact) ?ID
        (klant|kunden?|debiteur|relatie) ?ID
        (id|numéro) (client|du client)
        customer|klant|kunde|caller|beller|anrufer|appelant|requester
        (customer |caller )?(phone|telephone|ani|msisdn|telefoon|telefon|téléphone|cli)( ?(number|nummer|nr|no))?
        caller id|from number|rufnummer
        (customer |klant |kunden? )?e ?mail( ?(address|adres|adresse))?
    """,
    "segment": r"""
        (customer |klant|kunden)?( )?segment( name)?|klantsegment|kundensegment|segment client
    """,
    "age_band": r"""
        age (band|group|class|range)|leeftijds?(groep|klasse|categorie)|altersgruppe|tranche d âge
    """,
    "client": r"""
        (client|principal|opdrachtgever|auftraggeber|mandant|donneur d ordre|brand|merk|label|program(me)?)( name)?
    """,
    "site": r"""
        site( name)?|location|locatie|vestiging|standort|lieu
    """,
    "touchpoint": r"""
        touch ?point|contactmoment|journey( moment| step)?|klantreis|berührungspunkt|point de contact
    """,
    "language": r"""
        (customer |contact )?language|taal|sprache|langue|lang|locale
    """,
    "reason": r"""
        (contact|call|gespreks?|kontakt|anruf) ?(reason|reden|grund|code)
        (wrap ?up|disposition|reason|reden) ?(code|name)
        disposition|wrap ?up code|reason|reden|contactreden|kontaktgrund|anrufgrund|grund
        motif( de contact| d appel)?|topic|onderwerp|subject|thema|sujet|categorie|category|catégorie
    """,
    "prediction": r"""
        (agent )?(prediction|predicted( score)?|p ?gap( score)?|expected score)|voorspelling|vorhersage
        prédiction|voorspelde score|verwachte score|agent rating
    """,
    "predicted_at": r"""
        predicted( at| on)|voorspeld op
    """,
    "score": r"""
        e?nps( score| cijfer| note| wert)?|csat( score)?|ces( score)?
        (survey |customer )?(score|rating)|cijfer|rapportcijfer|beoordeling|bewertung|punktzahl|note|évaluation
        (klant)?tevredenheid|satisfaction|zufriedenheit
    """,
    "metric": r"""
        metric|measure|maat
    """,
    "answered_at": r"""
        (answered|responded|scored|survey|response|submitted|score)( (at|on|date|time|datetime))|ingevuld( op)?
        beantwoord op|beantwortet am|répondu le|antwoorddatum|antwortdatum|date de réponse
    """,
    "comment": r"""
        (survey |customer )?(comments?|verbatim|feedback)|toelichting|opmerking(en)?|kommentar|anmerkung
        commentaire|remarque|toelichting klant
    """,
    "response_id": r"""
        (response|survey response|antwoord|antwort|réponse) ?(id|nr|number)
    """,
    "survey": r"""
        survey( ?(name|naam))?|enquête|umfrage|sondage|vragenlijst
    """,
    "handled_by": r"""
        handled by|afgehandeld door|bearbeitet (von|durch)|traité par
    """,
    "updated_at": r"""
        (last )?(updated|modified|changed|update)( (at|on|date|time|timestamp))?|gewijzigd( op)?|geändert( am)?
        modifié le
    """,
}
_PATTERNS: Mapping[str, tuple[str, ...]] = {
    column: tuple(reduce(lambda line, word: line.replace(*word), _WORDS.items(), line.strip()) for line in lines)
    for column, patterns in _HEADINGS.items()
    if (lines := patterns.strip().splitlines())
}
_EVIDENCE = ("wait_s", "talk_s", "hold_s", "wrap_s", "handle_s")
_TELLING = frozenset({*_EVIDENCE, "queue", "direction", "transfers", "abandoned", "answered", "ended_at", "offered"})


def plain(heading: str) -> str:
    """Return a heading in small letters without signs.

    Examples
    --------
    >>> plain("Queue_Wait-Time (s)"), plain("startTime")
    ('queue wait time s', 'start time')
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)
    return re.sub(r"[\W_]+", " ", spaced).strip().casefold()


def fields_of(headings: Iterable[str], fits: Callable[[str, str], bool] = lambda *_: True) -> dict[str, str]:
    """Return the heading of every column of the schema that is among the headings; the schema's own names go first.

    `fits` says of a column of the schema and a heading whether the cells below it may be of that kind.

    Examples
    --------
    >>> fields_of(["Kanaal", "Gesprekstijd (s)", "wait_s", "Wachttijd"])
    {'wait_s': 'wait_s', 'channel': 'Kanaal', 'talk_s': 'Gesprekstijd (s)'}
    """
    left = {heading: plain(heading) for heading in headings}
    found = {name: name for name in COLUMNS if name in left}
    for name in found:
        del left[name]
    for column, patterns in _PATTERNS.items():
        likely = {name: words for name, words in left.items() if fits(column, name)}
        heading = None if column in found else _first(likely, patterns, whole=not column.endswith("_s"))
        if heading is not None:
            found[column] = heading
            del left[heading]
    return found


def _first(left: Mapping[str, str], patterns: Collection[str], *, whole: bool) -> str | None:
    known = {name: words if whole else _ENDINGS.sub("", words).strip() for name, words in left.items()}
    return next((name for pattern in patterns for name, words in known.items() if re.fullmatch(pattern, words)), None)


def unit_of(heading: str) -> float:
    """Return how many seconds one unit of a duration has, by the end of its heading.

    Examples
    --------
    >>> unit_of("tTalk (ms)"), unit_of("Wait time")
    (0.001, 1.0)
    """
    ending = _ENDINGS.search(plain(heading))
    return _UNITS.get(ending[1], 1.0) if ending else 1.0


def tells_of_contacts(found: Mapping[str, str]) -> bool:
    """Return whether these are columns of contact records, and not those that a survey's export has as well.

    Examples
    --------
    >>> tells_of_contacts(fields_of(["Call ID", "Start", "Queue", "Talk time"]))
    True
    >>> tells_of_contacts(fields_of(["Score", "Date", "Queue", "Waited"]))
    False
    """
    durations = [name for name in _EVIDENCE if name in found]
    return "started_at" in found and bool(durations) and len(_TELLING & found.keys()) >= (3 if "score" in found else 2)
