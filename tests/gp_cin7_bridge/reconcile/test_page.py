"""A reconciliation as a page: whole, closed to the outside, readable by machines that read aloud."""

from __future__ import annotations

from decimal import Decimal
from html.parser import HTMLParser

from gp_cin7_bridge.review.reconcile import Difference, Finding, Kind, Reconciliation, Total, page

NASTY = "<script>alert('1')</script> & \"Co\""


class Parts(HTMLParser):
    """Every element with its attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def nasty() -> str:
    finding = Finding(
        flow="bills",
        kind=Kind.DIFFERENT,
        document=NASTY,
        key=NASTY,
        vendor=NASTY,
        period=NASTY,
        text=NASTY,
        cure=NASTY,
        differences=(Difference(NASTY, NASTY, NASTY),),
    )
    total = Total(
        flow="bills",
        vendor=NASTY,
        period=NASTY,
        currency=NASTY,
        cin7_count=1,
        cin7_amount=Decimal(10),
        gp_count=0,
        gp_amount=Decimal(0),
    )
    return page(
        Reconciliation(connection=NASTY, made_at="2026-11-25", kinds=("bills",), findings=(finding,), totals=(total,))
    )


def test_whatever_the_systems_say_is_text() -> None:
    parts = Parts(nasty())
    assert "script" not in {tag for tag, _ in parts.elements}
    assert parts.text.count(NASTY) == 13


def test_nothing_is_fetched_from_outside() -> None:
    html = nasty()
    assert "default-src 'none'" in html
    assert not {name for _, attributes in Parts(html).elements for name in attributes} & {"src", "href", "action"}
    assert "url(" not in html and "@import" not in html


def test_tables_have_captions_and_headings_of_rows_and_columns() -> None:
    parts = Parts(nasty())
    tags = [tag for tag, _ in parts.elements]
    assert tags.count("table") == tags.count("caption") == 2
    assert {attributes.get("scope") for tag, attributes in parts.elements if tag == "th"} == {"col", "row"}


def test_it_follows_the_readers_choice_of_light_or_dark() -> None:
    assert "prefers-color-scheme: dark" in nasty() and "color-scheme: light dark" in nasty()
