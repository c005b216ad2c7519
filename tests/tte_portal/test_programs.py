"""The short way of programs' questions through the portal."""

from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from passphrase.authority import ceremony
from tte_portal.urls_programs import PROGRAMS


def test_each_of_their_addresses_takes_the_short_way() -> None:
    known: Any = get_resolver("tte_portal.urls_programs").reverse_dict.values()
    addresses = {f"/{address}" for forms, *_ in known for address, _ in forms}

    assert len(addresses) > 8
    assert [each for each in addresses if not each.startswith(PROGRAMS)] == []


@pytest.mark.django_db
def test_an_answer_has_its_length_and_nothing_that_is_for_pages(client: Client) -> None:
    ceremony.ensure()

    answer = client.get("/pki/rantai.pem")

    assert answer.status_code == 200
    assert int(answer["Content-Length"]) == len(answer.content)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" not in answer.headers


@pytest.mark.django_db
def test_what_is_not_there_is_told_on_the_usual_page(client: Client) -> None:
    answer = client.get("/pki/tidak-ada")

    assert answer.status_code == 404
    assert "Content-Security-Policy" in answer.headers
