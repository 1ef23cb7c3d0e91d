"""Goods receipts of a Cin7 Core purchase as GP journals: what was received and not billed yet stands as accrued.

Each receipt and day is a source of its own. What it should hold is compared with what was booked for it, and only the
difference becomes a journal: so an undone receipt is reversed, and one that grew is topped up, each once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from attrs import frozen

from cin7core_client import Purchase, PurchaseReceipt
from dynamicsgp_client import Journal
from gp_cin7_bridge.mapping.held import Held, HeldReceipt
from gp_cin7_bridge.mapping.receipts.accruals import Accrual, Layer, Side, booked, open_layers, received, take
from gp_cin7_bridge.mapping.receipts.journal import JournalDraft, batch_id
from gp_cin7_bridge.mapping.receipts.journal_day import journal_day
from gp_cin7_bridge.mapping.receipts.rules import ReceiptRules
from gp_cin7_bridge.mapping.receipts.valuation import Priced, priced, product_of
from gp_cin7_bridge.mapping.rounding import ZERO
from gp_cin7_bridge.plan import Explained
from gp_cin7_bridge.reasons import Reason, reason

AUTHORISED: Final = "AUTHORISED"
RECEIPT: Final = "/receipt/"


@frozen
class ReceiptMapping:
    """What one receipt and day becomes.

    Attributes:
        source_id: purchase ID, "receipt", TaskID and day; from the second journal of the same on, its revision too.
        name: what people know it by.
        key: the journal's batch, deterministic.
        document: the journal; None when everything received was in inventory already, by its bill.
        accruals: what to remember once the journal is there.
    """

    source_id: str
    key: str
    document: Journal | None
    accruals: tuple[Accrual, ...]
    explained: tuple[Explained, ...]
    name: str = ""
    source_hash: str = ""


def map_receipt(purchase: Purchase, receipt: PurchaseReceipt, rules: ReceiptRules) -> tuple[Journal, ...] | Held:
    """Give the journals that one receipt becomes, one a day, when nothing of its purchase was booked before."""
    alone = purchase.replace(receipts=(receipt,))
    found = map_receipts(alone, (), rules)
    held = [each for each in found if isinstance(each, Held)]
    if held:
        return Held(held[0].document, tuple(dict.fromkeys(why for each in held for why in each.reasons)))
    return tuple(each.document for each in found if isinstance(each, ReceiptMapping) and each.document)


def map_receipts(
    purchase: Purchase, entries: Iterable[Accrual], rules: ReceiptRules, settled: Collection[str] = ()
) -> list[ReceiptMapping | HeldReceipt]:
    """Give what the receipts of a purchase become beyond what was booked for them, the oldest first.

    Args:
        purchase: the whole purchase; only its authorised receipts count.
        entries: what was booked for it, receipts and bills, in that order in which it was booked.
        rules: the rules for receipts.
        settled: source ids that a person skipped, having booked by hand what changed.
    """
    known = list(entries)
    found: list[ReceiptMapping | HeldReceipt] = []
    stuck: dict[str, tuple[Reason, ...]] = {}
    for source_id, day, wanted, change in _changed(purchase, known):
        mapped = _Booking(purchase, source_id, day, rules, known).mapped(change, wanted, stuck)
        found.append(mapped)
        if isinstance(mapped, ReceiptMapping):
            known.extend(mapped.accruals)
        elif mapped.source_id not in settled:
            stuck |= {product: mapped.reasons for product, quantity in change.items() if quantity < 0}
    return found


def _changed(
    purchase: Purchase, known: Sequence[Accrual]
) -> list[tuple[str, dt.date | None, dict[str, Priced], dict[str, Decimal]]]:
    """Give each receipt and day that is not as it was booked, with the difference by product.

    Those that became smaller come first: what moved to another day or task is taken back before it is booked there.
    """
    found = []
    for source_id, day, wanted in _sources(purchase, known):
        before = booked(known, source_id)
        change = {
            product: line.quantity - before.get(product, ZERO)
            for product, line in wanted.items()
            if line.quantity != before.get(product, ZERO)
        }
        change |= {product: -quantity for product, quantity in before.items() if product not in wanted}
        if change:
            found.append((source_id, day, wanted, change))
    return sorted(found, key=lambda each: all(quantity > 0 for quantity in each[3].values()))


def _sources(purchase: Purchase, known: Sequence[Accrual]) -> list[tuple[str, dt.date | None, dict[str, Priced]]]:
    """Give each receipt and day with its products; what was booked and is gone has none."""
    found: dict[str, tuple[dt.date | None, dict[str, Priced]]] = {}
    for receipt in purchase.receipts:
        if str(receipt.status).upper() != AUTHORISED:
            continue
        for line in receipt.lines:
            day = f"{line.date:%Y-%m-%d}" if line.date else "undated"
            source_id = f"{purchase.purchase_id}{RECEIPT}{receipt.task_id or purchase.purchase_id}/{day}"
            _, products = found.setdefault(source_id, (line.date, {}))
            product = product_of(line)
            so_far = products[product].quantity if product in products else ZERO
            products[product] = Priced(product, line.sku or "", so_far + line.quantity, ZERO, "", "")
    for entry in known:
        if RECEIPT in entry.source_id and entry.source_id not in found:
            found[entry.source_id] = (dt.date.fromisoformat(entry.source_id.rpartition("/")[2]), {})
    return sorted(
        ((source_id, day, products) for source_id, (day, products) in found.items()),
        key=lambda each: (each[1] or dt.date.max, each[0]),
    )


class _Booking:
    """The journal of one source on its way; every product adds its reasons, none stops the others."""

    def __init__(
        self,
        purchase: Purchase,
        source_id: str,
        day: dt.date | None,
        rules: ReceiptRules,
        known: Sequence[Accrual],
    ) -> None:
        self.purchase = purchase
        self.source_id = source_id
        self.day = day
        self.rules = rules
        self.known = list(known)
        self.reasons: list[Reason] = []
        self.accruals: list[Accrual] = []
        revision = len({each.document for each in known if each.source_id == source_id})
        self.identity = f"{source_id}/{revision}" if revision else source_id
        self.key = batch_id(rules.cin7_account_id, source_id, revision)
        self.draft = JournalDraft()

    def mapped(
        self, change: dict[str, Decimal], wanted: dict[str, Priced], stuck: Mapping[str, tuple[Reason, ...]]
    ) -> ReceiptMapping | HeldReceipt:
        """Give the journal of what changed.

        More of a product that cannot be taken back elsewhere waits for the same reasons: it may be the same goods.
        """
        order_number = self.purchase.order_number or self.purchase.purchase_id
        rate = self.rules.rate(self.purchase, self.reasons)
        posting = self._posting_date()
        for product, quantity in change.items():
            if quantity > 0 and product in stuck:
                self.reasons.extend(stuck[product])
            elif quantity > 0:
                self._received(wanted[product], quantity, rate)
            else:
                self._reversed(product, -quantity)
        name = f"{order_number} received {self.day or 'on no day'}"
        hashed = _hash(self.day, wanted)
        if self.reasons or posting is None:
            return HeldReceipt(name, tuple(dict.fromkeys(self.reasons)), self.identity, hashed)
        document = self.draft.journal(
            batch=self.key, day=posting, reference=f"C7 {order_number} receipt", code_page=self.rules.code_page
        )
        explained = tuple(self.draft.explained)
        return ReceiptMapping(self.identity, self.key, document, tuple(self.accruals), explained, name, hashed)

    def _posting_date(self) -> dt.date | None:
        if self.day is None:
            self.reasons.append(reason("receipt_date_missing"))
            return None
        found = journal_day(self.day, self.rules)
        if isinstance(found, Reason):
            self.reasons.append(found)
            return None
        return found

    def _received(self, wanted: Priced, quantity: Decimal, rate: Decimal) -> None:
        decimals = self.rules.decimals
        ahead = open_layers(self.known, wanted.product, "ahead", decimals=decimals)
        for layer in take(ahead, quantity, decimals=decimals):
            quantity -= layer.quantity
            self._add(wanted.product, "ahead", layer, sign=-1)
            self._post(layer, 1, f"{wanted.sku} {layer.quantity:f}: billed before it was received")
        if not quantity:
            return
        already = sum(
            (received(each) for each in self.known if each.product == wanted.product and RECEIPT in each.source_id),
            ZERO,
        )
        task_id = self.source_id.split("/")[2]
        offers = priced(self.purchase, task_id, wanted, quantity, already)
        if isinstance(offers, Reason):
            self.reasons.append(offers)
            return
        for offer in offers:
            amount = self.rules.functional(self.purchase, offer.quantity * offer.unit_price, rate)
            code = offer.account or self.purchase.inventory_account or ""
            inventory = self.rules.inventory_account(code, offer.rule, self.reasons)
            accrued = self.rules.accrued(self.reasons)
            if inventory and accrued:
                layer = Layer(accrued, inventory, offer.quantity, amount)
                self._add(wanted.product, "accrued", layer, sign=1)
                told = f"{offer.sku} {offer.quantity:f} x {offer.unit_price:f}"
                self._post(layer, 1, f"{told}{f' x {rate:f}' if rate != 1 else ''} ({offer.rule})")

    def _reversed(self, wanted: str, quantity: Decimal) -> None:
        """Take back what this source booked, at the amounts that it was booked with."""
        decimals = self.rules.decimals
        rule = f"{wanted} {quantity:f}: the receipt was undone or made smaller"
        for layer in take(self._closed(wanted), quantity, decimals=decimals):
            quantity -= layer.quantity
            self._add(wanted, "ahead", layer, sign=1)
            self._post(layer, -1, rule)
        layers = open_layers(self.known, wanted, "accrued", decimals=decimals)
        layers.sort(key=lambda each: each.source_id != self.source_id)
        for layer in take(layers, quantity, decimals=decimals):
            quantity -= layer.quantity
            self._add(wanted, "accrued", layer, sign=-1)
            self._post(layer, -1, rule)
        if quantity:
            self.reasons.append(reason("receipt_billed_already", order=self.purchase.order_number))

    def _closed(self, product: str) -> list[Layer]:
        """Give what this source took from goods billed ahead."""
        sums: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
        for each in self.known:
            if (each.source_id, each.product, each.side) == (self.source_id, product, "ahead"):
                where = (each.account_number, each.inventory_account_number)
                quantity, amount = sums.get(where, (ZERO, ZERO))
                sums[where] = (quantity - each.quantity, amount - each.amount)
        return [Layer(*where, quantity, amount) for where, (quantity, amount) in sums.items() if quantity]

    def _add(self, product: str, side: Side, layer: Layer, *, sign: int) -> None:
        entry = Accrual(
            self.source_id,
            self.key,
            product,
            side,
            layer.account_number,
            layer.inventory_account_number,
            sign * layer.quantity,
            sign * layer.amount,
        )
        self.accruals.append(entry)
        self.known.append(entry)

    def _post(self, layer: Layer, sign: int, rule: str) -> None:
        """Debit the goods and credit where they stood, or the other way round; goods in inventory stay there."""
        if layer.account_number:
            self.draft.debit(layer.inventory_account_number, sign * layer.amount, rule)
            self.draft.debit(layer.account_number, -sign * layer.amount, rule)


def _hash(day: dt.date | None, wanted: dict[str, Priced]) -> str:
    """Hash what was received: products and quantities of one day."""
    text = f"{day} " + ", ".join(f"{product} {wanted[product].quantity.normalize():f}" for product in sorted(wanted))
    return hashlib.sha256(text.encode()).hexdigest()
