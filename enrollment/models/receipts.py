"""Numbers that people were given for something that went to an application which ran already."""

from django.db import models
from django.db.models.functions import Now

from enrollment.models.applications import Application
from enrollment.scoping import Scoped


class MergedReceipt(models.Model):
    """The receipt of a sending that was added to a running application: whoever names it is led there.

    The page that gave it could not tell: a stranger would have learnt who is known.
    """

    receipt = models.CharField(max_length=20, unique=True)
    application = models.ForeignKey(Application, models.CASCADE, related_name="merged_receipts")
    at = models.DateTimeField(db_default=Now())

    objects = Scoped("application__institution")

    def __str__(self) -> str:
        return self.receipt
