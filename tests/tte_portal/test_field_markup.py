"""Each kind of field is drawn whole: name, hint, note, error, control; what people typed is text in all of them."""

import re
from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string

from tte_portal.forms import PortalForm

NASTY = "<b>\"x' & y</b>"


class Every(PortalForm):
    """One field of each kind."""

    field_buttons = {"name": ("check", "Cek & isi")}
    shown_when = {"phone": ("kind", "asn")}

    name = forms.CharField(label="Nama <lengkap>", help_text="Seperti & pada KTP", widget=forms.TextInput({"size": 20}))
    phone = forms.CharField(label="Telepon", widget=forms.TextInput({"inputmode": "tel", "prefix": "+62"}))
    title = forms.CharField(label="Gelar", required=False)
    email = forms.EmailField(label="Email", disabled=True)
    nothing = forms.CharField(label="Kosong", disabled=True)
    kind = forms.ChoiceField(
        label="Status", widget=forms.RadioSelect, choices=[("asn", "ASN — Terhubung & resmi"), (NASTY, "Lainnya")]
    )
    province = forms.ChoiceField(label="Provinsi", choices=[("", "Pilih"), (NASTY, "Riau & <Kepulauan>")])
    passphrase = forms.CharField(label="Passphrase", widget=forms.PasswordInput)
    scan = forms.FileField(label="Pindaian", required=False)
    agreed = forms.BooleanField(label="Setuju <syarat>")
    remark = forms.CharField(label="Catatan", widget=forms.Textarea)
    token = forms.CharField(widget=forms.HiddenInput)


NAMES = list(Every.base_fields)


def drawn(**typed: Any) -> dict[str, str]:
    """The markup of each field by its name."""
    form = Every(initial=typed)
    parts = re.split(r'(?=<div class="field)|(?=<input name="token")', form.rows())[1:]
    return dict(zip(NAMES, parts, strict=True))


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("passphrase", "scan", "agreed")])
def test_what_was_typed_is_text(name: str) -> None:
    assert NASTY not in drawn(**{name: NASTY})[name]
    assert "&lt;b&gt;&quot;x&#x27; &amp; y&lt;/b&gt;" in drawn(**{name: NASTY})[name]


def test_our_own_words_are_text_as_well() -> None:
    fields = drawn()
    assert '<label class="label" for="id_name">Nama &lt;lengkap&gt;</label>' in fields["name"]
    assert '<p class="hint" id="id_name-hint">Seperti &amp; pada KTP</p>' in fields["name"]
    assert '<button class="button secondary" name="go" value="check">Cek &amp; isi</button>' in fields["name"]
    assert '<label for="id_agreed">Setuju &lt;syarat&gt;</label>' in fields["agreed"]
    assert '<p class="hint" id="id_kind-hint">Terhubung &amp; resmi</p>' in fields["kind"]
    assert "Riau &amp; &lt;Kepulauan&gt;</option>" in fields["province"]


def test_a_control_names_its_hint_its_note_and_its_error() -> None:
    form = Every({})
    form.corrections = {"name": "Beda <dengan> KTP"}
    field = form.rows().split('<div class="field')[1]
    assert 'aria-describedby="id_name-hint id_name-note id_name-error" aria-invalid="true"' in field
    assert '<p class="correction" id="id_name-note"><b>Catatan verifikator:</b> Beda &lt;dengan&gt; KTP</p>' in field
    assert '<p class="error" id="id_name-error"><span class="unseen">Kesalahan: </span>Nama &lt;leng' in field
    assert field.startswith(' field-wrong" id="field-name">')


def test_a_choice_that_was_made_is_marked() -> None:
    fields = drawn(kind="asn", province=NASTY, agreed=True)
    assert 'id="id_kind" value="asn" checked aria-describedby="id_kind-hint">' in fields["kind"]
    assert fields["kind"].count(" checked") == fields["province"].count(" selected") == 1
    assert " checked" in fields["agreed"]


def test_neither_a_passphrase_nor_a_file_is_ever_filled_in() -> None:
    fields = drawn(passphrase="rahasia", scan="rahasia")
    assert "rahasia" not in fields["passphrase"] + fields["scan"]


def test_what_may_be_left_out_says_so() -> None:
    optional = [name for name, markup in drawn().items() if "(boleh dikosongkan)" in markup]
    assert optional == ["title"]


def test_a_fixed_value_is_no_control_and_an_empty_one_is_a_dash() -> None:
    fields = drawn(email="ayu@natunakab.example")
    assert '<p class="fixed" id="id_email" tabindex="-1">ayu@natunakab.example</p>' in fields["email"]
    assert '<p class="fixed" id="id_nothing" tabindex="-1">–</p>' in fields["nothing"]


def test_a_field_can_wait_for_anothers_value_and_carry_a_prefix() -> None:
    phone = drawn()["phone"]
    assert ' data-shown-when="kind=asn">' in phone
    assert '<span class="prefix" aria-hidden="true">+62</span><input name="phone" id="id_phone"' in phone


def test_a_page_draws_all_fields_or_those_it_names() -> None:
    form = Every()
    assert render_to_string("components/fields.html", {"form": form}) == form.rows()
    assert render_to_string("components/fields.html", {"form": form, "rows": form.file_rows}) == form.file_rows()
    assert [name for name in NAMES if f'id="id_{name}"' in form.file_rows()] == ["scan"]
    assert 'id="id_scan"' not in form.answer_rows()


def test_a_widget_nobody_can_draw_is_refused() -> None:
    class Several(PortalForm):
        days = forms.MultipleChoiceField(choices=[("1", "Senin")])

    with pytest.raises(TypeError, match="SelectMultiple"):
        Several().rows()


def test_only_what_still_stands_there_is_said_to_be_kept() -> None:
    class Answers(PortalForm):
        name = forms.CharField()
        unit = forms.CharField()

    class Secrets(PortalForm):
        passphrase = forms.CharField(widget=forms.PasswordInput)
        agreement = forms.BooleanField()

    class Mailbox(PortalForm):
        mailbox = forms.EmailField()

    assert [kind().keeps_the_rest() for kind in (Answers, Secrets, Mailbox)] == [True, False, False]
