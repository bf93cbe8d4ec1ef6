"""Centres to start from: an energy supplier, a telecom operator, a bank, and an outsourcer with several clients."""

from collections.abc import Mapping
from types import MappingProxyType

from klankbord.errors import OptionError, nearest
from klankbord.twin.parameters import Arrivals, Customers, Happenings, Parameters, Turnover, Value, table
from klankbord.twin.presets.preset import DEPARTMENTS, Client, Preset, Subject
from klankbord.twin.presets.subjects import BANKING, ENERGY, SHOPPING, TELECOM, TRAVEL

_HOUSEHOLDS = table(**{"consumer": 0.82, "self-employed": 0.11, "small business": 0.07})
_MOVES = table(invoice=0.6, meter=0.4)

UTILITY = Preset(
    name="utility",
    about="Energy supplier with two brands: invoices, moves, meters, outages.",
    clients=(
        Client(name="Zonnevoort Energie", brand="Zonnevoort", share=0.78, subjects=ENERGY),
        Client(name="Helderstroom", brand="Helderstroom", share=0.22, subjects=ENERGY),
    ),
    sites=table(Gent=0.4, Hasselt=0.25, Namen=0.2, Eindhoven=0.15),
    segments=_HOUSEHOLDS,
    follows=MappingProxyType(
        {
            "move": _MOVES,
            "meter": table(invoice=0.8, complaint=0.2),
            "invoice": table(contract=0.5, complaint=0.3, retention=0.2),
            "complaint": table(retention=1.0),
        }
    ),
    parameters=Parameters(arrivals=Arrivals(yearly_swing=0.18), value=Value(revenue=140.0, margin=0.09, churn=0.011)),
)

TELECOM_OPERATOR = Preset(
    name="telecom",
    about="Telecom operator: invoices, technical service, contracts, moves, retention.",
    clients=(Client(name="Telvoor", brand="Telvoor", share=1.0, subjects=TELECOM),),
    sites=table(Brussel=0.3, Antwerpen=0.3, Luik=0.2, Rotterdam=0.2),
    segments=_HOUSEHOLDS,
    follows=MappingProxyType(
        {
            "order": table(technical=0.6, invoice=0.4),
            "move": table(technical=0.7, invoice=0.3),
            "technical": table(invoice=0.4, retention=0.3, contract=0.3),
            "contract": table(invoice=0.7, order=0.3),
            "invoice": table(retention=0.5, contract=0.5),
        }
    ),
    parameters=Parameters(
        arrivals=Arrivals(yearly_swing=0.08),
        happenings=Happenings(incidents=20.0),
        value=Value(revenue=48.0, margin=0.38),
    ),
)

BANK = Preset(
    name="bank",
    about="Retail bank: payments, app, fraud, mortgages, savings.",
    clients=(Client(name="Meridiaan Bank", brand="Meridiaan", share=1.0, subjects=BANKING),),
    sites=table(Utrecht=0.4, Mechelen=0.35, Groningen=0.25),
    segments=table(consumer=0.78, private=0.08, business=0.14),
    follows=MappingProxyType(
        {
            "app": table(payment=0.7, complaint=0.3),
            "payment": table(app=0.6, fraud=0.2, complaint=0.2),
            "fraud": table(payment=0.6, complaint=0.4),
            "mortgage": table(savings=0.6, payment=0.4),
            "complaint": table(retention=1.0),
        }
    ),
    parameters=Parameters(
        arrivals=Arrivals(yearly_swing=0.06, invoice_peak=0.0),
        customers=Customers(contacts_a_year=1.8, loyalty_sd=1.0),
        value=Value(revenue=21.0, margin=0.45, churn=0.005),
    ),
)

OUTSOURCER = Preset(
    name="outsourcer",
    about="Outsourced centre that works for five principals of different trades.",
    clients=(
        Client(name="Telvoor", brand="Telvoor", share=0.32, subjects=TELECOM),
        Client(name="Zonnevoort Energie", brand="Zonnevoort", share=0.26, subjects=ENERGY),
        Client(name="Pakjesplein", brand="Pakjesplein", share=0.2, subjects=SHOPPING),
        Client(name="Spoorwijs Reizen", brand="Spoorwijs", share=0.12, subjects=TRAVEL),
        Client(name="Meridiaan Bank", brand="Meridiaan", share=0.1, subjects=BANKING),
    ),
    sites=table(Hasselt=0.3, Gent=0.25, Enschede=0.25, Luik=0.2),
    segments=_HOUSEHOLDS,
    follows=MappingProxyType(
        {
            "move": table(invoice=1.0),
            "order": table(delivery=0.5, technical=0.5),
            "delivery": table(**{"return": 1.0}),
            "technical": table(retention=0.5, invoice=0.5),
            "booking": table(disruption=1.0),
            "invoice": table(contract=0.6, retention=0.4),
            "app": table(payment=1.0),
        }
    ),
    parameters=Parameters(turnover=Turnover(yearly=0.42, newcomer=2.2), happenings=Happenings(launches=2.0)),
)

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {preset.name: preset for preset in (UTILITY, TELECOM_OPERATOR, BANK, OUTSOURCER)}
)


def preset_named(name: str) -> Preset:
    """Return a preset by its name.

    Raises
    ------
    OptionError
        When there is none of that name.

    Examples
    --------
    >>> preset_named("bank").about
    'Retail bank: payments, app, fraud, mortgages, savings.'
    """
    if name not in PRESETS:
        near = nearest(name, PRESETS)
        guess = f"did you mean {near!r}? " if near else ""
        raise OptionError(f"there is no preset {name!r}", hint=f"{guess}presets: {', '.join(PRESETS)}", preset=name)
    return PRESETS[name]


__all__ = ["DEPARTMENTS", "PRESETS", "Client", "Preset", "Subject", "preset_named"]
