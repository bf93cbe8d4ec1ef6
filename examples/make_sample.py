"""Writes contact_survey.csv: an invented telecom centre's survey, in the shape of a Qualtrics export.

What is true in it is decided here: a new menu on the telephone line from 9 March lowers the score of that channel, the
billing queue does worse than the others, teams hardly differ, and business customers are a little milder.
"""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

FILE = Path(__file__).with_name("contact_survey.csv")
ROWS = 3200
BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
MENU = datetime(2026, 3, 9, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Brussels")

FIXED = [
    ("StartDate", "Start Date", "startDate"),
    ("EndDate", "End Date", "endDate"),
    ("Status", "Response Type", "status"),
    ("Progress", "Progress", "progress"),
    ("Duration (in seconds)", "Duration (in seconds)", "duration"),
    ("Finished", "Finished", "finished"),
    ("RecordedDate", "Recorded Date", "recordedDate"),
    ("ResponseId", "Response ID", "_recordId"),
    ("DistributionChannel", "Distribution Channel", "distributionChannel"),
    ("UserLanguage", "User Language", "userLanguage"),
]
ASKED = [
    ("Q1", "Hoe waarschijnlijk is het dat u ons aanbeveelt aan een vriend of collega?", "QID1"),
    ("Q1_NPS_GROUP", "Hoe waarschijnlijk is het dat u ons aanbeveelt? - Group", "QID1_NPS_GROUP"),
    ("Q2", "Wat is de belangrijkste reden\nvoor uw score?", "QID2_TEXT"),
]
KNOWN = [(name, name, name) for name in ("Queue", "Team", "Channel", "Customer", "Waited")]

QUEUES = {"Billing": -1.1, "Technical": 0.0, "Moving house": 0.4, "Orders": 0.5}
CHANNELS = {"phone": 0.0, "chat": 0.3, "e-mail": -0.2}
TEAMS = {"Antwerp 1": 0.05, "Antwerp 2": -0.05, "Ghent": 0.1, "Liège": 0.0, "Utrecht": -0.1}
CUSTOMERS = {"home": 0.0, "business": 0.35}
WAITS = {"under 1 min": 0.5, "1 to 3 min": 0.2, "3 to 10 min": -0.4, "over 10 min": -1.4}

REASONS = {
    "nl": {
        "good": (
            [
                "Vriendelijke medewerker",
                "Mijn vraag is meteen opgelost",
                "Snel geholpen",
                "Duidelijke uitleg",
                "Top service",
            ],
            ["over mijn factuur", "met het modem", "bij de verhuizing", "met mijn bestelling", "rond het abonnement"],
            [
                "en geen wachttijd",
                "dank u wel",
                "en er werd echt geluisterd",
                "zoals het hoort",
                "en teruggebeld zoals beloofd",
            ],
        ),
        "neutral": (
            ["Prima geholpen", "Op zich in orde", "Goed antwoord", "Netjes behandeld", "Redelijk tevreden"],
            ["over de factuur", "met de storing", "bij het overzetten", "over de levering", "met de instellingen"],
            [
                "maar lang gewacht",
                "maar ik moest twee keer bellen",
                "al kon het sneller",
                "maar het keuzemenu is onduidelijk",
                "",
            ],
        ),
        "bad": (
            [
                "Lang in de wacht gestaan",
                "Drie keer doorverbonden",
                "Nog steeds niet opgelost",
                "Geen antwoord",
                "Onduidelijk keuzemenu",
            ],
            [
                "over een dubbele factuur",
                "met mijn internet",
                "na de verhuizing",
                "voor mijn bestelling",
                "over de aanmaning",
            ],
            [
                "en niemand belt terug",
                "en ik moest alles opnieuw vertellen",
                "erg teleurstellend",
                "bel mij op 0470 12 34 56",
                "ik zeg op",
            ],
        ),
    },
    "fr": {
        "good": (
            ["Personne très aimable", "Réponse immédiate", "Service rapide", "Explication claire", "Problème résolu"],
            ["pour ma facture", "pour le modem", "pour le déménagement", "pour ma commande", "pour mon abonnement"],
            ["merci beaucoup", "sans attente", "et on m'a vraiment écouté", "bravo", "comme promis"],
        ),
        "neutral": (
            ["Correct", "Bonne réponse", "Plutôt satisfait", "Accueil poli", "Ça va"],
            ["pour la facture", "pour la panne", "pour le transfert", "pour la livraison", "pour les réglages"],
            ["mais longue attente", "mais il a fallu rappeler", "mais le menu vocal est confus", "", "un peu lent"],
        ),
        "bad": (
            [
                "Trop d'attente",
                "Transféré trois fois",
                "Toujours pas résolu",
                "Aucune réponse",
                "Menu vocal incompréhensible",
            ],
            [
                "pour une facture en double",
                "pour mon internet",
                "après le déménagement",
                "pour ma commande",
                "pour un rappel",
            ],
            [
                "et personne ne rappelle",
                "j'ai dû tout répéter",
                "très décevant",
                "écrivez à jean.petit@exemple.example",
                "je résilie",
            ],
        ),
    },
}

WHEN = {
    "nl": [
        "op maandag",
        "na {count} minuten",
        "vorige week",
        "nu al voor de derde keer",
        "om {count} over tien",
        "vandaag",
    ],
    "fr": [
        "lundi",
        "après {count} minutes",
        "la semaine passée",
        "en {count} minutes",
        "à dix heures {count}",
        "aujourd'hui",
    ],
}


def pick(rng: np.random.Generator, weights: dict[str, float], shares: list[float]) -> str:
    """Draw one of the keys of `weights` by `shares`."""
    return str(rng.choice(list(weights), p=shares))


def reason(rng: np.random.Generator, language: str, score: int) -> str:
    """Write why, for a little over half of the answers."""
    if rng.random() < 0.42:
        return ""
    kind = "good" if score >= 9 else "neutral" if score >= 7 else "bad"
    opening, matter, rest = (str(rng.choice(part)) for part in REASONS[language][kind])
    when = str(rng.choice(WHEN[language])).format(count=rng.integers(2, 40))
    sentence = opening
    if rng.random() < 0.7:
        sentence += f" {matter}"
    if rng.random() < 0.75:
        sentence += f" {when}"
    if rest and rng.random() < 0.6:
        sentence += f", {rest}"
    return sentence + ("." if rng.random() < 0.5 else "")


def answer(rng: np.random.Generator, row: int) -> dict[str, object]:
    """Draw one response."""
    moment = BEGIN + timedelta(days=float(rng.integers(0, 147)), hours=float(rng.uniform(7.5, 19.5)))
    queue = pick(rng, QUEUES, [0.32, 0.34, 0.12, 0.22])
    channel = pick(rng, CHANNELS, [0.6, 0.27, 0.13])
    customer, team = pick(rng, CUSTOMERS, [0.8, 0.2]), pick(rng, TEAMS, [0.25, 0.22, 0.2, 0.18, 0.15])
    waited = pick(rng, WAITS, [0.35, 0.33, 0.22, 0.1])
    language = "nl" if rng.random() < 0.68 else "fr"
    mood = 8.8 + QUEUES[queue] + CHANNELS[channel] + TEAMS[team] + CUSTOMERS[customer] + WAITS[waited]
    mood -= 1.2 * (channel == "phone" and moment >= MENU)
    angry = rng.random() < 0.08
    score = int(np.clip(np.rint(mood - 5.5 * angry + rng.normal(0, 1.9)), 0, 10))
    end = moment.astimezone(ZONE)
    seconds = int(rng.integers(12, 140))
    skipped, unfinished, preview = rng.random() < 0.02, rng.random() < 0.03, row in {3, 4, 1700}
    return {
        "StartDate": f"{end - timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S}",
        "EndDate": f"{end:%Y-%m-%d %H:%M:%S}",
        "Status": "Survey Preview" if preview else "IP Address",
        "Progress": 50 if unfinished else 100,
        "Duration (in seconds)": seconds,
        "Finished": not unfinished,
        "RecordedDate": f"{end + timedelta(seconds=1):%Y-%m-%d %H:%M:%S}",
        "ResponseId": f"R_{row:06d}{'ABCDEFGH'[row % 8]}",
        "DistributionChannel": "email" if channel == "e-mail" else "anonymous",
        "UserLanguage": language.upper(),
        "Q1": "" if skipped else score,
        "Q1_NPS_GROUP": "" if skipped else "Promoter" if score >= 9 else "Passive" if score >= 7 else "Detractor",
        "Q2": "" if skipped or unfinished else reason(rng, language, score),
        "Queue": queue,
        "Team": team,
        "Channel": channel,
        "Customer": customer,
        "Waited": waited,
    }


def main() -> None:
    """Write the file; the same seed gives the same bytes."""
    rng = np.random.default_rng(2026)
    rows = sorted((answer(rng, row) for row in range(ROWS)), key=lambda row: str(row["EndDate"]))
    rows.insert(400, rows[380])  # an answer that was exported twice
    columns = [*FIXED, *ASKED, *KNOWN]
    imports = [
        f'{{"ImportId":"{key}"' + (',"timeZone":"Europe/Brussels"' if name.endswith("Date") else "") + "}"
        for name, _, key in columns
    ]
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([[name for name, _, _ in columns], [text for _, text, _ in columns], imports])
        writer.writerows([[row[name] for name, _, _ in columns] for row in rows])


if __name__ == "__main__":
    main()
