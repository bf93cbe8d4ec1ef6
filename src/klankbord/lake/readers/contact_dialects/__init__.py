"""The tools whose contact records are known, in the order in which they are asked; one line each."""

from klankbord.lake.readers.contact_dialect import ContactDialect
from klankbord.lake.readers.contact_dialects import (
    amazon_connect,
    asterisk,
    eight_by_eight,
    five9,
    freshdesk,
    generic,
    genesys,
    nice_cxone,
    talkdesk,
    twilio,
    zendesk,
)

CONTACT_DIALECTS: tuple[ContactDialect, ...] = (
    genesys.DIALECT,
    amazon_connect.DIALECT,
    twilio.DIALECT,
    five9.DIALECT,
    nice_cxone.DIALECT,
    talkdesk.DIALECT,
    eight_by_eight.DIALECT,
    asterisk.DIALECT,
    zendesk.DIALECT,
    freshdesk.DIALECT,
    generic.DIALECT,
)
