"""The tables of this room."""

from klankbord.web.contacts.models.contact import Contact, Removal
from klankbord.web.contacts.models.customer import Customer
from klankbord.web.contacts.models.intake import Intake, Payload
from klankbord.web.contacts.models.upload import Extract, Upload

__all__ = ["Contact", "Customer", "Extract", "Intake", "Payload", "Removal", "Upload"]
