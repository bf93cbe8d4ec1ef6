"""What customers of each trade call about, in the words of Dutch and Belgian centres."""

from klankbord.twin.parameters import table
from klankbord.twin.presets.preset import Subject

LIVE = table(phone=0.62, chat=0.2, messaging=0.08, email=0.1)
PAPER = table(phone=0.5, chat=0.12, messaging=0.05, email=0.33)
URGENT = table(phone=0.78, chat=0.14, messaging=0.08)
VOICE = table(phone=0.85, chat=0.15)

ENERGY = (
    Subject(
        name="Facturatie", touchpoint="invoice", department="front office", share=0.3, channels=LIVE, invoiced=True,
        reasons=table(advance_amount=0.3, settlement=0.3, payment_plan=0.2, invoice_copy=0.12, direct_debit=0.08),
        comments=("billing", "price", "clarity", "waiting"),
    ),
    Subject(
        name="Verhuizen", touchpoint="move", department="front office", share=0.17, channels=PAPER,
        reasons=table(moving_in=0.4, moving_out=0.35, takeover_form=0.25),
        comments=("digital", "clarity", "contract", "speed"),
    ),
    Subject(
        name="Meterstanden", touchpoint="meter", department="back office", share=0.16, channels=PAPER,
        reasons=table(meter_reading=0.5, digital_meter=0.3, solar_panels=0.2),
        comments=("digital", "resolution", "expertise", "follow_up"),
    ),
    Subject(
        name="Storingen", touchpoint="outage", department="technical", share=0.09, channels=URGENT,
        reasons=table(no_power=0.5, no_gas=0.2, prepaid_meter=0.3), threshold_s=20, always_open=True,
        comments=("outage", "speed", "follow_up", "waiting"),
    ),
    Subject(
        name="Contract en tarieven", touchpoint="contract", department="front office", share=0.16, channels=LIVE,
        reasons=table(tariff_question=0.45, renewal=0.35, personal_data=0.2),
        comments=("price", "contract", "clarity", "expertise"),
    ),
    Subject(
        name="Opzeggen", touchpoint="retention", department="retention", share=0.07, channels=VOICE,
        reasons=table(switching=0.6, dissatisfied=0.4), threshold_s=20, comments=("price", "contract", "politeness"),
    ),
    Subject(
        name="Klachten", touchpoint="complaint", department="back office", share=0.05, channels=PAPER,
        reasons=table(complaint_billing=0.5, complaint_service=0.5), threshold_s=60,
        comments=("resolution", "follow_up", "transfer", "politeness"),
    ),
)  # fmt: skip

TELECOM = (
    Subject(
        name="Factuur", touchpoint="invoice", department="front office", share=0.22, channels=LIVE, invoiced=True,
        reasons=table(high_invoice=0.4, roaming=0.2, payment_plan=0.2, invoice_explained=0.2),
        comments=("billing", "price", "clarity", "waiting"),
    ),
    Subject(
        name="Technische dienst", touchpoint="technical", department="technical", share=0.34, channels=URGENT,
        reasons=table(internet_down=0.35, wifi=0.25, television=0.2, mobile_network=0.2), threshold_s=60,
        always_open=True, comments=("outage", "expertise", "resolution", "waiting", "follow_up"),
    ),
    Subject(
        name="Abonnement", touchpoint="contract", department="front office", share=0.2, channels=LIVE,
        reasons=table(change_plan=0.45, new_device=0.3, sim_card=0.25),
        comments=("contract", "price", "clarity", "expertise"),
    ),
    Subject(
        name="Verhuizing", touchpoint="move", department="back office", share=0.08, channels=PAPER,
        reasons=table(move_request=0.6, technician_visit=0.4), comments=("follow_up", "speed", "digital", "transfer"),
    ),
    Subject(
        name="Bestellingen", touchpoint="order", department="back office", share=0.08, channels=LIVE,
        reasons=table(delivery_status=0.6, returned_device=0.4),
        comments=("delivery", "speed", "follow_up"),
    ),
    Subject(
        name="Behoud", touchpoint="retention", department="retention", share=0.08, channels=VOICE, threshold_s=20,
        reasons=table(wants_to_leave=0.6, better_offer=0.4), comments=("price", "contract", "politeness"),
    ),
)  # fmt: skip

BANKING = (
    Subject(
        name="Betalen en kaarten", touchpoint="payment", department="front office", share=0.34, channels=LIVE,
        reasons=table(card_refused=0.35, transfer_question=0.35, card_lost=0.3), threshold_s=20,
        comments=("resolution", "digital", "speed", "waiting"),
    ),
    Subject(
        name="App en internetbankieren", touchpoint="app", department="technical", share=0.24, channels=LIVE,
        reasons=table(login=0.5, new_phone=0.3, app_error=0.2), comments=("digital", "expertise", "clarity"),
    ),
    Subject(
        name="Fraude", touchpoint="fraud", department="back office", share=0.08, channels=VOICE, threshold_s=15,
        reasons=table(phishing=0.6, disputed_payment=0.4), always_open=True,
        comments=("speed", "follow_up", "expertise", "politeness"),
    ),
    Subject(
        name="Hypotheken", touchpoint="mortgage", department="back office", share=0.12, channels=PAPER,
        reasons=table(application=0.4, interest_rate=0.4, early_repayment=0.2), threshold_s=60,
        comments=("expertise", "follow_up", "clarity", "contract"),
    ),
    Subject(
        name="Sparen en beleggen", touchpoint="savings", department="front office", share=0.13, channels=PAPER,
        reasons=table(interest=0.5, investing=0.3, new_account=0.2), comments=("price", "clarity", "expertise"),
    ),
    Subject(
        name="Rekening opzeggen", touchpoint="retention", department="retention", share=0.04, channels=VOICE,
        reasons=table(switch_service=0.6, estate=0.4), comments=("contract", "politeness", "digital"),
    ),
    Subject(
        name="Klachten", touchpoint="complaint", department="back office", share=0.05, channels=PAPER, threshold_s=60,
        reasons=table(complaint_costs=0.5, complaint_service=0.5), comments=("follow_up", "resolution", "transfer"),
    ),
)  # fmt: skip

SHOPPING = (
    Subject(
        name="Leveringen", touchpoint="delivery", department="front office", share=0.5, channels=LIVE,
        reasons=table(late_parcel=0.45, missing_parcel=0.3, damaged=0.25),
        comments=("delivery", "speed", "follow_up", "resolution"),
    ),
    Subject(
        name="Retouren", touchpoint="return", department="back office", share=0.3, channels=PAPER,
        reasons=table(refund=0.6, return_label=0.4), comments=("delivery", "digital", "speed", "clarity"),
    ),
    Subject(
        name="Bestelhulp", touchpoint="order", department="front office", share=0.2, channels=LIVE,
        reasons=table(product_question=0.6, payment_failed=0.4), comments=("digital", "expertise", "price"),
    ),
)  # fmt: skip

TRAVEL = (
    Subject(
        name="Boekingen", touchpoint="booking", department="front office", share=0.55, channels=LIVE,
        reasons=table(change_booking=0.5, new_booking=0.3, luggage=0.2), comments=("digital", "price", "clarity"),
    ),
    Subject(
        name="Vertraging en annulering", touchpoint="disruption", department="technical", share=0.3, channels=URGENT,
        reasons=table(cancelled=0.4, delayed=0.35, compensation=0.25), always_open=True,
        comments=("follow_up", "speed", "resolution", "waiting"),
    ),
    Subject(
        name="Klantenkaart", touchpoint="loyalty card", department="back office", share=0.15, channels=PAPER,
        reasons=table(points=0.6, card_replaced=0.4), comments=("digital", "clarity", "follow_up"),
    ),
)  # fmt: skip
