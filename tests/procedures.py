"""Procedures of the tests' own: an application asked by another value than its institution's file has."""

from typing import Any

from enrollment import procedure, terms
from enrollment.models import Application
from enrollment.procedure import Procedure


def changed(found: Procedure, changes: dict[str, Any]) -> Procedure:
    """The procedure with any of its values changed (dotted keys), coherent or an error."""
    values = found.values()
    for key, value in changes.items():
        section, _, name = key.partition(".")
        values[section][name] = value
    return procedure.from_values(values)


def ask(application: Application, **changes: Any) -> Application:
    """Have the application's own procedure say otherwise: ``section__name=value``."""
    dotted = {key.replace("__", "."): value for key, value in changes.items()}
    application.procedure = terms.keep(changed(terms.of(application), dotted))
    Application.objects.filter(pk=application.pk).update(procedure=application.procedure)
    return application
