"""`python -m bench.people COUNT [--waiting]`: people for the figures, in the running portal's database.

Prints one JSON line a person: who it is and the tokens of the links that were mailed. With ``--waiting`` their
applications are filled in and wait for the verifier.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from typing import Any

import django

SERIAL = 500


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--waiting", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tte_portal.settings")
    django.setup()
    for person in invited(options.count, waiting=options.waiting):
        print(json.dumps(person))
    return 0


def invited(count: int, *, waiting: bool) -> Iterator[dict[str, Any]]:
    """People of Natuna's registry with a living activation link each."""
    from enrollment import actions
    from enrollment.demo import cast
    from enrollment.models import Employment, Institution, PersonnelRecord

    natuna = Institution.objects.get(slug="natuna")
    begin = SERIAL + PersonnelRecord.objects.filter(name__startswith="Peserta Ukur").count()
    for serial in range(begin, begin + count):
        shape = cast.PEOPLE[serial % len(cast.PEOPLE)]
        # Digits would be no name: the number is spelled in letters.
        letters = "".join(chr(ord("a") + int(digit)) for digit in f"{serial:05}")
        nip = f"{shape.birth:%Y%m%d}202603{'1' if shape.sex == 'L' else '2'}"
        record = PersonnelRecord.objects.create(
            institution=natuna, employee_number=f"{nip}{serial % 1000:03}", name=f"Peserta Ukur {letters.title()}",
            unit=f"{shape.unit} {serial // 1000}".rstrip(" 0"), position=shape.position, province=natuna.province,
            mailbox=f"{letters}@natunakab.example", employment=Employment.PNS,
        )  # fmt: skip
        application = actions.invite(record, by=None)
        person = {
            "id": str(application.pk), "name": record.name, "nik": shape.nik(serial), "nip": record.employee_number,
            "unit": record.unit, "position": record.position, "province": record.province,
        }  # fmt: skip
        if waiting:
            submit(application, person)
        yield person | {"activation": token(application.pk, "activation"), "status": _status(application.pk)}


def submit(application: Any, person: dict[str, Any]) -> None:
    """Fill in and hand in as the wizard would; all with one and the same photo."""
    from bench.portrait import checked
    from enrollment.consents import give
    from enrollment.wizard import actions as wizard
    from tte_portal import files

    application.nik, application.phone, application.kind = person["nik"], "+6280010000100", "asn"
    application.employee_number = person["nip"]
    for field in ("unit", "position", "province"):
        setattr(application, field, person[field])
    application.photo = files.store(checked(), owner=application.pk, kind="photo", content_type="image/jpeg")
    application.save()
    give(application, "kebijakan-privasi")
    link = _link(application.pk, "activation")
    wizard.submit(application.pk, link.pk)


def _status(subject: Any) -> str:
    """The token of a status link, made without a mail."""
    from tte_portal import links

    return links.token_of(links.make("status", subject).pk)


def _link(subject: Any, purpose: str) -> Any:
    from tte_portal.models import Link

    return Link.objects.filter(subject=subject, purpose=purpose, replaced_at=None).latest("created_at")


def token(subject: Any, purpose: str) -> str:
    from tte_portal import links

    return links.token_of(_link(subject, purpose).pk)


if __name__ == "__main__":
    sys.exit(main())
