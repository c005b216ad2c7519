"""People and their applications, a file for each noun."""

from enrollment.models.applications import Application, Correction, Status, StatusPeriod, WaitingFor
from enrollment.models.consents import Consent, ConsentText
from enrollment.models.institutions import Institution, KnownProblem, Opd, Role, VerifierContact, Zone
from enrollment.models.personnel import Employment, PersonnelRecord
from enrollment.models.requests import MailboxRequest

__all__ = [
    "Application",
    "Consent",
    "ConsentText",
    "Correction",
    "Employment",
    "Institution",
    "KnownProblem",
    "MailboxRequest",
    "Opd",
    "PersonnelRecord",
    "Role",
    "Status",
    "StatusPeriod",
    "VerifierContact",
    "WaitingFor",
    "Zone",
]
