"""Which rows an officer may see: every query of the officers' side begins with ``for_officer``."""

from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models.functions import Now

from tte_portal.models import Account

Row = TypeVar("Row", bound=models.Model)


class Scoped(models.Manager[Row]):
    """A manager that knows the way from its rows to their institution."""

    def __init__(self, institution_path: str = "institution") -> None:
        super().__init__()
        self.institution_path = institution_path

    def for_officer(self, account: "Account | AnonymousUser", *kinds: str) -> models.QuerySet[Row]:
        """The rows of the institutions in which ``account`` has a role (of one of ``kinds``, when given).

        An account without a matching role gets an empty set, a superuser as well: rights come from roles alone.
        """
        if not isinstance(account, Account):
            return self.none()
        return self.filter(**{f"{self.institution_path}__in": institutions_of(account, *kinds)})


def in_force() -> models.Q:
    """The roles that count now: a stand-in's has a beginning and an end."""
    begun = models.Q(begins=None) | models.Q(begins__lte=Now())
    return begun & (models.Q(ends=None) | models.Q(ends__gt=Now()))


def institutions_of(account: Account, *kinds: str) -> models.QuerySet[Any]:
    """Ids of the institutions in which the account holds a role (of one of ``kinds``)."""
    roles: models.QuerySet[Any] = account.roles.filter(in_force())
    if kinds:
        roles = roles.filter(kind__in=kinds)
    return roles.values("institution_id")
