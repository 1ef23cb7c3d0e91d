"""Whether a part's figures foot, and its lines as net and tax: decided by adding up, never by what a flag says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from attrs import evolve, frozen

from cin7core_client import AdditionalCharge, PurchaseLine
from gp_cin7_bridge.mapping.bills.parts import Part, lines_of
from gp_cin7_bridge.mapping.notes import Notes
from gp_cin7_bridge.mapping.receipts.valuation import is_goods, product_of
from gp_cin7_bridge.mapping.rounding import ZERO, Rounding

# Cin7 Core keeps four decimals a line, so each may be off by half of the fifth.
LINE_ERROR: Final = Decimal("0.00005")


@frozen
class Row:
    """One line: net of tax, after its discount.

    `charge` is an additional charge; only goods that are received have a `product` and a `quantity`.
    """

    name: str
    sku: str
    account: str
    net: Decimal
    tax: Decimal
    tax_rule: str
    charge: bool
    product: str = ""
    quantity: Decimal = ZERO

    @property
    def negated(self) -> Row:
        """The same with the other sign."""
        return evolve(self, net=-self.net, tax=-self.tax)


def footed_rows(part: Part, rounding: Rounding, *, header_tax_rule: str, notes: Notes) -> tuple[Row, ...] | None:
    """Give a part's rows, whose tax sums to the header's; None, with a reason, when they do not foot.

    Args:
        part: the invoice or credit note.
        rounding: of the document's currency.
        header_tax_rule: the purchase's own rule, for tax that no line carries.
        notes: takes the reason, and which way the lines foot.
    """
    lines = lines_of(part)
    tolerance = rounding.unit + LINE_ERROR * len(lines)
    total, tax = _sum(line.total for line in lines), _sum(line.tax for line in lines)
    on_header = tax == 0 and part.tax != 0
    foots = abs(part.total_before_tax + part.tax - part.total) <= tolerance
    foots = foots and (on_header or abs(tax - part.tax) <= tolerance)
    net = abs(total - part.total_before_tax) <= tolerance
    gross = not net and not on_header and abs(total - part.total) <= tolerance
    if not foots or not (net or gross):
        figures = {"before_tax": part.total_before_tax, "tax": part.tax, "total": part.total}
        notes.hold("totals_do_not_foot", lines=total, line_tax=tax, **figures)
        return None
    if net:
        notes.explain("lines", total, f"they sum to the total before tax, {part.total_before_tax}: net of tax")
    else:
        notes.explain("lines", total, f"they sum to the total, {part.total}: tax is in them and is taken out")
    rows = [_row(line, gross=gross) for line in lines]
    if on_header:
        rows.append(Row("tax of the whole document", "", "", ZERO, part.tax, header_tax_rule, charge=False))
    return _with_tax_of_header(rows, part.tax)


def _with_tax_of_header(rows: Sequence[Row], tax: Decimal) -> tuple[Row, ...]:
    """Carry the header's tax to the last digit: tax by document total may differ from the rows' sum by a trifle."""
    off = tax - _sum(row.tax for row in rows)
    if not off:
        return tuple(rows)
    largest = max(range(len(rows)), key=lambda place: (abs(rows[place].tax), -place))
    return tuple(evolve(row, tax=row.tax + off) if place == largest else row for place, row in enumerate(rows))


def _row(line: PurchaseLine | AdditionalCharge, *, gross: bool) -> Row:
    charge = isinstance(line, AdditionalCharge)
    sku = "" if isinstance(line, AdditionalCharge) else line.sku or ""
    name = line.description if isinstance(line, AdditionalCharge) else line.sku or line.name
    net = line.total - line.tax if gross else line.total
    row = Row(name or "(unnamed)", sku, (line.account or "").strip(), net, line.tax, line.tax_rule or "", charge)
    if isinstance(line, AdditionalCharge) or not is_goods(line):
        return row
    return evolve(row, product=product_of(line), quantity=line.quantity)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
