"""A query that was built once gives what the ORM gives, for whatever it is asked next."""

from uuid import uuid4

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from enrollment.models import Application, Institution, StatusPeriod
from tests import cast
from tte_portal.prepared import Prepared, Statement

ONE = Prepared(1, lambda pk: Application.objects.filter(pk=pk), "institution", "record")
TWO = Prepared(2, lambda one, other: Application.objects.filter(pk__in=[one, other]).order_by("mailbox"))
PERIODS = Prepared(1, lambda pk: StatusPeriod.objects.filter(application_id=pk))


def test_the_object_is_the_orms_sealed_fields_and_json_included(natuna: Institution) -> None:
    stored = cast.fill(cast.begin(natuna))
    found, expected = ONE.first(stored.pk), Application.objects.get(pk=stored.pk)
    assert found == expected
    for field in Application._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(expected, field.attname), field.name


def test_related_rows_come_with_it(application: Application, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        found = ONE.first(application.pk)
        assert found is not None
        assert found.institution.slug == "natuna"
        assert found.record == application.record


def test_a_related_row_that_is_not_there_is_none(application: Application) -> None:
    Application.objects.filter(pk=application.pk).update(record=None)
    found = ONE.first(application.pk)
    assert found is not None
    assert found.record is None


def test_each_call_has_its_own_values(natuna: Institution) -> None:
    ayu, budi = cast.begin(natuna, 0), cast.begin(natuna, 1)
    assert ONE.first(ayu.pk) == ayu
    assert ONE.first(budi.pk) == budi
    assert TWO.all(budi.pk, ayu.pk) == [ayu, budi]
    assert TWO.all(budi.pk, uuid4()) == [budi]


def test_what_is_not_there_is_not_found(application: Application) -> None:
    assert ONE.first(uuid4()) is None
    assert PERIODS.all(uuid4()) == []


def test_what_was_found_can_be_changed_and_saved(application: Application) -> None:
    found = ONE.first(application.pk)
    assert found is not None
    found.phone = cast.PHONE
    found.save()
    application.refresh_from_db()
    assert application.phone == cast.PHONE


def test_several_rows_come_in_the_models_order(application: Application) -> None:
    assert PERIODS.all(application.pk) == list(StatusPeriod.objects.filter(application=application))


def plans() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        return int(cursor.fetchone()[0])


def test_postgresql_plans_it_once(application: Application) -> None:
    query, before = Prepared(1, lambda pk: Application.objects.filter(pk=pk)), plans()
    assert [query.first(application.pk), query.first(application.pk)] == [application, application]
    assert plans() == before + 1


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_has_it_planned_anew(application: Application) -> None:
    assert ONE.first(application.pk) == application
    connection.close()
    assert plans() == 0
    assert ONE.first(application.pk) == application


@pytest.mark.django_db(transaction=True)
def test_the_plan_outlives_a_transaction_that_is_rolled_back(application: Application) -> None:
    query = Prepared(1, lambda pk: Application.objects.filter(pk=pk))
    with transaction.atomic():
        assert query.first(application.pk) == application
        transaction.set_rollback(True)
    assert query.first(application.pk) == application


# --- SQL written by hand -------------------------------------------------------------------------------------------
def test_a_statement_gives_its_rows_for_whatever_values_and_is_planned_once(db: None) -> None:
    statement, before = Statement("SELECT %(one)s + %(other)s, %(one)s", one="integer", other="integer"), plans()
    assert [statement.rows(one=1, other=2), statement.rows(other=5, one=3)] == [[(3, 1)], [(8, 3)]]
    assert plans() == before + 1


def test_a_statement_may_give_nothing(application: Application) -> None:
    forget = Statement("DELETE FROM enrollment_statusperiod WHERE application_id = %(of)s", of="uuid")
    forget.run(of=application.pk)
    assert PERIODS.all(application.pk) == []
