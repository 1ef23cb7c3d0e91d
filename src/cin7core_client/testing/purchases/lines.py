"""Lines as they are sent: the product found, required fields there, totals right, sums made."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final

from cin7core_client.testing.purchases.states import SERVICE, ZERO
from cin7core_client.testing.records import Record, amount_of, id_of, rows_of, text_of
from cin7core_client.testing.references import found
from cin7core_client.testing.refusal import Problem, refuse

if TYPE_CHECKING:
    from cin7core_client.testing.account import FakeCin7

CENT: Final = Decimal("0.01")


def product_of(account: FakeCin7, line: Record) -> tuple[str, str, str] | None:
    """Find the product of a line by its id, else by its SKU: id, SKU, name."""
    identity = id_of(line, "ProductID")
    column, value = ("id", identity) if identity else ("sku", text_of(line, "SKU"))
    row = account.db.execute(f"SELECT id, sku, name FROM products WHERE {column} = ?", (value,)).fetchone()
    return (row["id"], row["sku"], row["name"]) if row else None


def priced(account: FakeCin7, purchase: Record, sent: Record, *, invoiced: bool) -> Record:
    """Give the lines, charges and sums of an order, an invoice or a credit note.

    Args:
        account: whose products and books are meant.
        purchase: the purchase it belongs to; a service purchase turns lines into charges.
        sent: the body.
        invoiced: whether every line names its account, as on invoices and credit notes.

    Raises:
        Refused: a line is not right; the first few problems.
    """
    lines, problems = [], []
    for line in rows_of(sent, "Lines"):
        product = product_of(account, line)
        if product is None and purchase.get("Type") != SERVICE:
            problems.append((404, f"Product '{text_of(line, 'SKU') or text_of(line, 'ProductID')}' was not found"))
            continue
        problems += _checked(account, purchase, line, "Lines", invoiced=invoiced)
        lines.append(_line(line, product, invoiced=invoiced))
    charges = []
    for charge in rows_of(sent, "AdditionalCharges"):
        if not text_of(charge, "Description"):
            problems.append((400, "'Description' is required for 'AdditionalCharges' line"))
        problems += _checked(account, purchase, charge, "AdditionalCharges", invoiced=invoiced)
        charges.append(_charge(charge, invoiced=invoiced))
    if not invoiced and not account.switches.same_sku_twice:
        skus = [line["SKU"] for line in lines]
        problems += [(400, f"Cannot add duplicate value in order lines. (Product:{sku})") for sku in _repeated(skus)]
    refuse(problems)
    if purchase.get("Type") == SERVICE:
        charges = [
            _charge({**line, "Description": line["Name"] or line["SKU"]}, invoiced=invoiced) for line in lines
        ] + charges
        lines = []
    return {"Lines": lines, "AdditionalCharges": charges, **sums(purchase, [*lines, *charges])}


def sums(purchase: Record, rows: list[Record]) -> Record:
    """Sum lines; on tax-inclusive purchases their totals hold the tax."""
    total = sum((amount_of(row, "Total") for row in rows), ZERO)
    tax = sum((amount_of(row, "Tax") for row in rows), ZERO)
    inclusive = purchase.get("TaxCalculation") == "Inclusive"
    return {
        "TotalBeforeTax": total - tax if inclusive else total,
        "Tax": tax,
        "Total": total if inclusive else total + tax,
    }


def _checked(account: FakeCin7, purchase: Record, line: Record, where: str, *, invoiced: bool) -> list[Problem]:
    problems: list[Problem] = [
        (400, f"'{name}' is required for '{where}' line")
        for name in ("Quantity", *(("Account",) if invoiced else ()))
        if line.get(name) in (None, "")
    ]
    code, rule = text_of(line, "Account"), text_of(line, "TaxRule")
    if invoiced and code and not found(account.db, "account", code):
        problems.append((404, f"Account '{code}' was not found in reference book"))
    if rule and not found(account.db, "tax", rule):
        problems.append((404, f"Tax rule '{rule}' was not found in reference book"))
    expected = _expected(account, purchase, line)
    sent = amount_of(line, "Total").quantize(CENT, ROUND_HALF_UP)
    if line.get("Total") is not None and account.switches.line_total != "unchecked" and sent != expected:
        problems.append((400, f"attribute 'Total' doesn't match for '{where}' line. Expected value is: {expected}"))
    return problems


def _expected(account: FakeCin7, purchase: Record, line: Record) -> Decimal:
    net = amount_of(line, "Quantity") * amount_of(line, "Price") * (1 - amount_of(line, "Discount") / 100)
    with_tax = account.switches.line_total == "with_tax" and purchase.get("TaxCalculation") != "Inclusive"
    return (net + amount_of(line, "Tax") if with_tax else net).quantize(CENT, ROUND_HALF_UP)


def _amounts(line: Record) -> Record:
    """Give the numbers of a line; a price that was left out is 0, there is no price list behind it."""
    quantity, price, discount = (amount_of(line, name) for name in ("Quantity", "Price", "Discount"))
    total = line.get("Total")
    if total is None:
        total = (quantity * price * (1 - discount / 100)).quantize(CENT, ROUND_HALF_UP)
    return {
        "Quantity": quantity,
        "Price": price,
        "Discount": discount,
        "Tax": amount_of(line, "Tax"),
        "TaxRule": line.get("TaxRule"),
        "Total": total,
    }


def _line(line: Record, product: tuple[str, str, str] | None, *, invoiced: bool) -> Record:
    identity, sku, name = product or (None, text_of(line, "SKU"), text_of(line, "Name"))
    shown = {"ProductID": identity, "SKU": sku, "Name": name, **_amounts(line), "Comment": text_of(line, "Comment")}
    if invoiced:
        return {**shown, "Account": line.get("Account"), "NonInventory": False}
    return {**shown, "SupplierSKU": text_of(line, "SupplierSKU")}


def _charge(line: Record, *, invoiced: bool) -> Record:
    shown = {
        "Description": text_of(line, "Description"),
        "Reference": text_of(line, "Reference"),
        **_amounts(line),
    }
    return {**shown, "Account": line.get("Account")} if invoiced else shown


def _repeated(values: list[object]) -> list[object]:
    return [value for place, value in enumerate(values) if value in values[:place]]
