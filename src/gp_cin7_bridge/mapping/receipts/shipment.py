"""Goods receipts of a Cin7 Core purchase as GP receivings of the type shipment, which raise GP's stock.

Each receipt and day is a source of its own, as for journals. GP's services neither change a receiving nor take it back:
what was received more becomes a further shipment, and what was undone waits for a person.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from attrs import evolve, frozen

from cin7core_client import Purchase
from dynamicsgp_client import Receiving, ReceivingLine, ReceivingType
from gp_cin7_bridge.mapping.bills.header import vendor_for
from gp_cin7_bridge.mapping.bills.posting import posting_date
from gp_cin7_bridge.mapping.held import HeldReceipt
from gp_cin7_bridge.mapping.notes import Notes
from gp_cin7_bridge.mapping.receipts.receipt import AUTHORISED, RECEIPT
from gp_cin7_bridge.mapping.receipts.receiving import STEP, ReceivingRules, unit_cost
from gp_cin7_bridge.mapping.receipts.shipped import Shipped
from gp_cin7_bridge.mapping.receipts.valuation import Priced, priced, product_of
from gp_cin7_bridge.mapping.rounding import ZERO, rounded
from gp_cin7_bridge.mapping.text import DESCRIPTION, writable
from gp_cin7_bridge.mapping.voucher_number import voucher_number
from gp_cin7_bridge.plan import Explained
from gp_cin7_bridge.reasons import Reason
from gp_cin7_bridge.templates import shipment_batch_id

# Product and location.
Place = tuple[str, str]


@frozen
class ReceivingMapping:
    """A mapped receiving, the rule behind each line, and what to remember once it is in GP."""

    source_id: str
    name: str
    document: Receiving
    shipped: tuple[Shipped, ...]
    explained: tuple[Explained, ...]
    source_hash: str = ""


def map_shipments(
    purchase: Purchase, entries: Iterable[Shipped], rules: ReceivingRules, settled: Collection[str] = ()
) -> list[ReceivingMapping | HeldReceipt]:
    """Give the shipments that the receipts of a purchase become beyond those that are in GP, the oldest first.

    Args:
        purchase: the whole purchase; only its authorised receipts count.
        entries: what is in GP of it, shipments and invoices.
        rules: the rules for receivings.
        settled: source ids that a person skipped, having taken back in GP what was undone.
    """
    known = [each for each in entries if each.quantity > 0]
    found: list[ReceivingMapping | HeldReceipt] = []
    undone: set[str] = set()
    for source_id, day, more, less in _changed(purchase, known):
        shipment = _Shipment(purchase, source_id, day, rules, known)
        if less and shipment.identity not in settled:
            undone |= {product for product, _ in less}
        # What was undone stays in GP: more of it, on another day or task or at another place, may be the same goods.
        mapped = shipment.mapped(more, undone=bool(less) or any(product in undone for product, _ in more))
        found.append(mapped)
        if isinstance(mapped, ReceivingMapping):
            known.extend(mapped.shipped)
    return found


def _changed(
    purchase: Purchase, known: Sequence[Shipped]
) -> list[tuple[str, dt.date | None, dict[Place, Priced], list[Place]]]:
    """Give each receipt and day that is not as it was shipped: what it received more, and of what less; these first."""
    found = []
    for source_id, (day, wanted) in _sources(purchase, known).items():
        carried = _carried(known, source_id)
        more = {
            place: Priced(each.product, each.sku, each.quantity - carried.get(place, ZERO), ZERO, "", "")
            for place, each in wanted.items()
            if each.quantity != carried.get(place, ZERO)
        }
        less = [place for place in carried if place not in wanted] + [key for key in more if more[key].quantity < 0]
        if more or less:
            found.append((source_id, day, more, less))
    return sorted(found, key=lambda each: not each[3])


def received_products(purchase: Purchase) -> dict[tuple[str, str], Priced]:
    """Give what each authorised receipt and day received of each product, by source id and product."""
    found: dict[tuple[str, str], Priced] = {}
    for source_id, (day, places) in _sources(purchase, ()).items():
        for (product, _), each in places.items() if day else ():
            before = found[source_id, product].quantity if (source_id, product) in found else ZERO
            found[source_id, product] = evolve(each, quantity=before + each.quantity)
    return found


def _sources(purchase: Purchase, known: Sequence[Shipped]) -> Mapping[str, tuple[dt.date | None, dict[Place, Priced]]]:
    """Give each receipt and day with what it received where; what was carried and is gone received nothing."""
    found: dict[str, tuple[dt.date | None, dict[Place, Priced]]] = {}
    for receipt in purchase.receipts:
        for line in receipt.lines if str(receipt.status).upper() == AUTHORISED else ():
            day = f"{line.date:%Y-%m-%d}" if line.date else "undated"
            source_id = f"{purchase.purchase_id}{RECEIPT}{receipt.task_id or purchase.purchase_id}/{day}"
            _, places = found.setdefault(source_id, (line.date, {}))
            place = (product_of(line), (line.location or "").strip())
            before = places[place].quantity if place in places else ZERO
            places[place] = Priced(place[0], line.sku or "", before + line.quantity, ZERO, "", "")
    for entry in known:
        day = entry.source_id.split("/")[3]
        found.setdefault("/".join(entry.source_id.split("/")[:4]), (dt.date.fromisoformat(day), {}))
    return dict(sorted(found.items(), key=lambda each: (each[1][0] or dt.date.max, each[0])))


def _carried(known: Iterable[Shipped], source_id: str) -> dict[Place, Decimal]:
    sums: dict[Place, Decimal] = {}
    for each in known:
        if each.source_id == source_id:
            place = (each.product, each.place)
            sums[place] = sums.get(place, ZERO) + each.quantity
    return sums


class _Shipment:
    """The shipment of one source on its way; every product adds its reasons, none stops the others."""

    def __init__(
        self,
        purchase: Purchase,
        source_id: str,
        day: dt.date | None,
        rules: ReceivingRules,
        known: Sequence[Shipped],
    ) -> None:
        self.purchase = purchase
        self.source_id = source_id
        self.day = day
        self.rules = rules
        self.known = known
        self.notes = Notes()
        self.lines: list[ReceivingLine] = []
        self.shipped: list[Shipped] = []
        revision = len({each.receipt_number for each in known if each.source_id == source_id})
        self.identity = f"{source_id}/{revision}" if revision else source_id
        task_and_day = "/".join(source_id.split("/")[2:4])
        account_id = rules.bills.cin7_account_id
        self.number = voucher_number(account_id, purchase.purchase_id, "shipment", task_and_day, revision)

    def mapped(self, more: Mapping[Place, Priced], *, undone: bool) -> ReceivingMapping | HeldReceipt:
        order_number = self.purchase.order_number or self.purchase.purchase_id
        name = f"{order_number} received {self.day or 'on no day'}"
        hashed = _hash(self.day, more)
        if self.day is None:
            self.notes.hold("receipt_date_missing")
        if undone:
            self.notes.hold("receiving_undone", order=order_number)
        else:
            for (_, location), wanted in more.items():
                self._line(wanted, location)
        header = self._header(order_number)
        if self.notes.reasons or header is None:
            return HeldReceipt(name, tuple(dict.fromkeys(self.notes.reasons)), self.identity, hashed)
        document = header.replace(lines=tuple(self.lines))
        return ReceivingMapping(self.identity, name, document, tuple(self.shipped), tuple(self.notes.explained), hashed)

    def _header(self, order_number: str) -> Receiving | None:
        bills = self.rules.bills
        vendor = vendor_for(self.purchase, bills, self.notes)
        posting = posting_date(self.day, bills, self.notes) if self.day else None
        iso = self.purchase.supplier_currency or self.purchase.base_currency or ""
        base = bills.base_currency or self.purchase.base_currency
        currency, rate = bills.currencies.get(iso), self.purchase.currency_rate
        foreign = iso != base
        if currency is None:
            self.notes.hold("currency_unmapped", currency=iso)
        elif foreign and not rate:
            self.notes.hold("rate_missing", currency=iso, rate=rate)
        if not (vendor and posting and currency and self.day):
            return None
        sent = currency.gp_rate(rate) if foreign and rate and bills.rate != "gp_table" else None
        return Receiving(
            receipt_number=self.number,
            receipt_type=ReceivingType.SHIPMENT,
            receipt_date=self.day,
            posting_date=posting,
            batch_id=shipment_batch_id(bills.batch, posting),
            vendor_id=vendor.vendor_id,
            reference=writable(order_number, bills.code_page)[:DESCRIPTION],
            currency_id=currency.currency_id,
            **({"exchange_rate": sent, "exchange_date": self.day} if sent else {}),
        )

    def _line(self, wanted: Priced, location: str) -> None:
        reasons = self.notes.reasons
        item = self.rules.item(wanted.product, wanted.sku, wanted.quantity, reasons)
        site = self.rules.site(location, reasons)
        known = [*self.known, *self.shipped]
        already = sum((each.quantity for each in known if each.product == wanted.product), ZERO)
        offers = priced(self.purchase, self.source_id.split("/")[2], wanted, wanted.quantity, already)
        if isinstance(offers, Reason):
            reasons.append(offers)
        elif item and site:
            for offer in offers:
                self._ship(offer, location, *item, site)

    def _ship(self, offer: Priced, location: str, item_number: str, unit: str, site: str) -> None:
        currency = self.rules.bills.currencies.get(self.purchase.supplier_currency or "")
        cost = unit_cost(offer.unit_price, Decimal(1))
        extended = rounded(offer.unit_price * offer.quantity, currency.decimals if currency else 2)
        line_number = (len(self.lines) + 1) * STEP
        self.lines.append(
            ReceivingLine(
                line_number=line_number,
                item_number=item_number,
                unit=unit,
                quantity_shipped=offer.quantity,
                unit_cost=cost,
                extended_cost=extended,
                site_id=site,
            )
        )
        self.shipped.append(
            Shipped(
                self.source_id,
                self.number,
                line_number,
                offer.product,
                location,
                item_number,
                unit,
                site,
                cost,
                offer.quantity,
            )
        )
        told = f"{offer.sku} {offer.quantity:f} x {offer.unit_price:f} ({offer.rule}), {location or 'no location'}"
        self.notes.explain(f"line {line_number}", extended, told)


def _hash(day: dt.date | None, more: Mapping[Place, Priced]) -> str:
    text = f"{day} " + ", ".join(f"{key} {more[key].quantity.normalize():f}" for key in sorted(more))
    return hashlib.sha256(text.encode()).hexdigest()
