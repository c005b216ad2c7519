"""Model fields whose values lie encrypted in the database, bound to their row and column."""

import json
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError
from django.db import models

from tte_portal.encryption import ring

if TYPE_CHECKING:
    TextBase = models.Field[str, str]
    JsonBase = models.Field[dict[str, Any], dict[str, Any]]
else:
    TextBase = JsonBase = models.Field


class Sealed(bytes):
    """A value as it lies in the database, not yet opened."""


def place_of(instance: models.Model, field: "models.Field[Any, Any]") -> str:
    return f"{instance._meta.db_table}.{field.column}.{instance.pk}"


class _Opening:
    """The attribute of a sealed field: opens on first use, so a row that is only passed on costs nothing."""

    def __init__(self, field: Any) -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type[models.Model]) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        if isinstance(value, Sealed):
            value = self.field.decode(ring().open(value, place_of(instance, self.field)))
            instance.__dict__[name] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class _SealedMixin:
    """What sealed fields share: a ``bytea`` column, sealing in ``pre_save``, lazy opening."""

    column: Any
    attname: Any
    empty: Any

    def get_internal_type(self) -> str:
        return "BinaryField"

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)  # type: ignore[misc]
        setattr(cls, self.attname, _Opening(self))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def pre_save(self, instance: models.Model, add: bool) -> Sealed:
        value = instance.__dict__.get(self.attname, self.empty)
        if isinstance(value, Sealed):
            if ring().is_current(value):
                return value
            # Loaded before a rotation reached this row: written back as it is, it would outlive its key.
            value = self.decode(ring().open(value, place_of(instance, self)))  # type: ignore[arg-type]
        return Sealed(ring().seal(self.encode(value), place_of(instance, self)))  # type: ignore[arg-type]

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None and not isinstance(value, Sealed):
            raise FieldError(f"{self.column} is sealed for its row: save the object, do not update() or filter() it.")
        return value if value is None else connection.Database.Binary(value)

    def encode(self, value: Any) -> bytes:
        raise FieldError("A sealed field says how it is written.")

    def decode(self, plain: bytes) -> Any:
        raise FieldError("A sealed field says how it is read.")


class SealedTextField(_SealedMixin, TextBase):
    """A text, encrypted; the model's primary key must be known before saving (a UUID default)."""

    empty = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def encode(self, value: str) -> bytes:
        return value.encode()

    def decode(self, plain: bytes) -> str:
        return plain.decode()


class SealedJSONField(_SealedMixin, JsonBase):
    """A JSON object, encrypted. Assign a new object to change it: what is changed in place is saved as well."""

    empty: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        super().__init__(*args, **kwargs)

    def encode(self, value: dict[str, Any]) -> bytes:
        return json.dumps(value, ensure_ascii=False).encode()

    def decode(self, plain: bytes) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(plain)
        return found


def sealed_fields(model: type[models.Model]) -> list[Any]:
    """The sealed columns of a model, for key rotation and exports."""
    return [field for field in model._meta.local_fields if isinstance(field, _SealedMixin)]
