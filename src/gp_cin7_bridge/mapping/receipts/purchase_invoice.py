"""The bill for goods that were shipped: a GP purchase invoice, each line matched to the shipments that it bills.

GP itself debits accrued purchases for what was shipped and credits payables. So the bill is no payables voucher, which
would leave what the shipment accrued open for ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from cin7core_client import Purchase, PurchaseInvoice
from dynamicsgp_client import Item, PayablesDocument, Receiving, ReceivingLine, ReceivingMatch, ReceivingType
from gp_cin7_bridge.mapping.bills.rules import BillRules
from gp_cin7_bridge.mapping.receipts.receiving import STEP, quantity_problem, unit_cost
from gp_cin7_bridge.mapping.receipts.shipped import Shipped, not_invoiced, taken
from gp_cin7_bridge.mapping.receipts.valuation import is_goods, net_of, product_of
from gp_cin7_bridge.mapping.rounding import ZERO, rounded
from gp_cin7_bridge.mapping.voucher_number import voucher_number
from gp_cin7_bridge.reasons import Reason, reason

# Of a purchase invoice; a shipment takes 30.
REFERENCE = 17


def holds_goods(invoice: PurchaseInvoice) -> bool:
    """Tell whether an invoice bills goods, so that it is matched to shipments."""
    return invoice.total > 0 and any(is_goods(line) for line in invoice.lines)


def receipt_number(purchase: Purchase, invoice: PurchaseInvoice, rules: BillRules) -> str:
    """Give the number under which a bill lies among GP's receivings."""
    task_id = invoice.task_id or purchase.purchase_id
    return voucher_number(rules.cin7_account_id, purchase.purchase_id, "purchase invoice", task_id)


def map_purchase_invoice(
    purchase: Purchase,
    invoice: PurchaseInvoice,
    voucher: PayablesDocument,
    entries: Sequence[Shipped],
    *,
    rules: BillRules,
    items: Mapping[str, Item],
    decimals: int,
) -> tuple[Receiving, tuple[Shipped, ...]] | list[Reason]:
    """Give the purchase invoice and what it takes of the shipments, or every reason against it.

    Args:
        purchase: the whole purchase.
        invoice: one that `holds_goods`.
        voucher: what the bill would be as a payables voucher; vendor, number, dates, batch, rate, amounts are the same.
        entries: what is in GP of the purchase, shipments and invoices.
        rules: the rules for bills; tax that they capitalise is part of a line's cost.
        items: GP's items by number.
        decimals: of the document's currency.
    """
    task_id = invoice.task_id or purchase.purchase_id
    source_id = f"{purchase.purchase_id}/invoice/{task_id}"
    known = list(entries)
    reasons: list[Reason] = []
    lines: list[ReceivingLine] = []
    matches: list[ReceivingMatch] = []
    goods = ZERO
    for line in invoice.lines:
        if not is_goods(line):
            continue
        parts = taken(not_invoiced(known, product_of(line)), line.quantity, source_id)
        shipped = -sum((each.quantity for each in parts), ZERO)
        if shipped < line.quantity or not parts:
            reasons.append(reason("goods_not_shipped", sku=line.sku, billed=line.quantity, shipped=shipped))
            continue
        item = items.get(parts[0].item_number)
        if item and (too_fine := quantity_problem(item, line.quantity)):
            reasons.append(too_fine)
        capitalised = line.tax if rules.treatment(line.tax_rule or "").treatment == "capitalise" else ZERO
        net = rounded(net_of(invoice, line) + capitalised, decimals)
        lines.append(_line((len(lines) + 1) * STEP, parts[0], line.quantity, net))
        matches.extend(_match(lines[-1], each) for each in parts)
        known.extend(parts)
        goods += net
    if lines and not reasons and (rest := _remainder(voucher, goods, len(lines), decimals)):
        lines[-1] = lines[-1].replace(extended_cost=(lines[-1].extended_cost or ZERO) + rest)
        goods += rest
    if not reasons and (goods != voucher.purchases_amount or voucher.trade_discount_amount):
        other = voucher.purchases_amount - (voucher.trade_discount_amount or ZERO) - goods
        reasons.append(reason("invoice_beside_goods", amount=other, goods=goods))
    if reasons:
        return reasons
    document = Receiving(
        receipt_number=receipt_number(purchase, invoice, rules),
        receipt_type=ReceivingType.INVOICE,
        vendor_document_number=voucher.document_number,
        receipt_date=voucher.document_date,
        posting_date=voucher.posting_date,
        batch_id=voucher.batch_id,
        vendor_id=voucher.vendor_id,
        reference=(voucher.purchase_order_number or "")[:REFERENCE],
        currency_id=voucher.currency_id,
        freight_amount=voucher.freight_amount or ZERO,
        miscellaneous_amount=voucher.miscellaneous_amount or ZERO,
        tax_amount=voucher.tax_amount or ZERO,
        lines=tuple(lines),
        matches=tuple(matches),
    )
    if voucher.exchange_rate:
        document = document.replace(exchange_rate=voucher.exchange_rate, exchange_date=voucher.exchange_date)
    return document, tuple(known[len(entries) :])


def _remainder(voucher: PayablesDocument, goods: Decimal, count: int, decimals: int) -> Decimal:
    """Give what the lines, each rounded, lack of the voucher's whole; nothing when it is more than rounding."""
    rest = (voucher.purchases_amount or ZERO) - goods
    return rest if abs(rest) <= count * Decimal(1).scaleb(-decimals) else ZERO


def _line(number: int, shipped: Shipped, quantity: Decimal, net: Decimal) -> ReceivingLine:
    return ReceivingLine(
        line_number=number,
        item_number=shipped.item_number,
        unit=shipped.unit,
        quantity_invoiced=quantity,
        unit_cost=unit_cost(net, quantity),
        extended_cost=net,
    )


def _match(line: ReceivingLine, shipped: Shipped) -> ReceivingMatch:
    return ReceivingMatch(
        line_number=line.line_number,
        receipt_number=shipped.receipt_number,
        receipt_line_number=shipped.line_number,
        quantity_invoiced=-shipped.quantity,
        unit_cost=line.unit_cost,
    )
