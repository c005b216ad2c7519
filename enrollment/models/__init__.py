"""People and their applications, a file for each noun."""

from enrollment.models.applications import Application, Correction, Status, StatusPeriod, WaitingFor
from enrollment.models.consents import Consent, ConsentText
from enrollment.models.holders import Holder, Identity, ProfileChange, RecoveryCode
from enrollment.models.institutions import Institution, KnownProblem, Logo, Opd, Role, VerifierContact, Zone
from enrollment.models.papers import Paper
from enrollment.models.personnel import Employment, PersonnelRecord
from enrollment.models.procedures import ProcedureVersion
from enrollment.models.proofs import PhoneCode, Reading
from enrollment.models.receipts import MergedReceipt
from enrollment.models.requests import MailboxRequest, Registration

__all__ = [
    "Application",
    "Consent",
    "ConsentText",
    "Correction",
    "Employment",
    "Holder",
    "Identity",
    "Institution",
    "KnownProblem",
    "Logo",
    "MailboxRequest",
    "MergedReceipt",
    "Opd",
    "Paper",
    "PersonnelRecord",
    "PhoneCode",
    "ProcedureVersion",
    "ProfileChange",
    "Reading",
    "RecoveryCode",
    "Registration",
    "Role",
    "Status",
    "StatusPeriod",
    "VerifierContact",
    "WaitingFor",
    "Zone",
]
