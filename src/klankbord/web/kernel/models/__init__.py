"""The tables of the ground."""

from klankbord.web.kernel.models.audit import AuditEntry
from klankbord.web.kernel.models.job import Job
from klankbord.web.kernel.models.organisation import Organisation

__all__ = ["AuditEntry", "Job", "Organisation"]
