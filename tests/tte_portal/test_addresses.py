"""A mail address breaks behind its @ and dots on a narrow screen, and stays text."""

from tte_portal.templatetags.addresses import breakable


def test_it_breaks_where_its_parts_begin() -> None:
    assert breakable("ayu.contoh@natunakab.example") == "ayu.<wbr>contoh@<wbr>natunakab.<wbr>example"


def test_what_somebody_typed_stays_text() -> None:
    assert breakable("<b>.a@b") == "&lt;b&gt;.<wbr>a@<wbr>b"
    assert breakable("") == breakable(None) == ""
