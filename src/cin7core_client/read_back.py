"""What must be there after a part of a purchase was written: a 200 of this service is no promise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Context, Decimal, localcontext
from typing import Final

from attrs import define, field

from cin7core_client.models import AdditionalCharge, Document, ManualJournalLine, PartStatus, PurchaseLine

CENT: Final = Decimal("0.01")
# By the first of these that a row has, what was sent is found again in what is stored.
NAMES: Final = ("product_id", "sku", "card_id", "description", "name")
TEXTS: Final = ("tax_rule", "account")
EVERYTHING: Final = "everything in sum"
# The service raises an authorised part further by itself, and leaves the status of some receipts empty.
LATER: Final = {PartStatus.AUTHORISED: (PartStatus.PAID, PartStatus.RECEIVED)}


def differences(sent: Document, stored: Document | None, *, adds: bool = False) -> tuple[str, ...]:
    """Tell what of a part did not arrive, or arrived changed; nothing when all is there.

    Rows of one product (or description, card, pair of accounts) are compared by their sums: the service may merge
    lines, fill names in, and turn the lines of a service purchase into charges. Compared are the quantity, the net
    amount and the amount of a journal; and, where they were given, the tax, the tax rule, the account and the status.

    Args:
        sent: what was written.
        stored: what is there now; None for nothing.
        adds: the service adds to what was there before, so there may be more.
    """
    if stored is None:
        return ("nothing is there",)
    told = _status(getattr(sent, "status", PartStatus.NONE), getattr(stored, "status", PartStatus.NONE))
    with localcontext(Context(prec=60, traps=[])):
        for fields in (("lines", "additional_charges"), ("unstock",)):
            wanted, there = ([row for name in fields for row in getattr(part, name, ())] for part in (sent, stored))
            told += _rows(wanted, there, adds=adds, as_charges=_became_charges(sent, stored))
    return tuple(told)


def _status(sent: PartStatus, stored: PartStatus) -> list[str]:
    if PartStatus.NONE in (sent, stored) or stored == sent or stored in LATER.get(sent, ()):
        return []
    return [f"its status is {stored} instead of {sent}"]


def _became_charges(sent: Document, stored: Document) -> bool:
    charges = [len(getattr(part, "additional_charges", ())) for part in (sent, stored)]
    return bool(getattr(sent, "lines", ())) and not getattr(stored, "lines", ()) and charges[1] > charges[0]


@define
class _Rows:
    """The rows of one name: how many, their sums, their texts."""

    label: str
    count: int = 0
    sums: defaultdict[str, Decimal] = field(factory=lambda: defaultdict(Decimal))
    texts: defaultdict[str, set[str]] = field(factory=lambda: defaultdict(set))

    def add(self, row: Document) -> None:
        self.count += 1
        for name, amount in _amounts(row).items():
            self.sums[name] += amount
        for name in TEXTS:
            if text := getattr(row, name, None):
                self.texts[name].add(str(text))


def _rows(wanted: list[Document], there: list[Document], *, adds: bool, as_charges: bool) -> list[str]:
    known: dict[str, str] = {}
    for row in there:
        names = list(_names(row))
        for name in names:
            known.setdefault(name, known.get(names[0], names[0]))
    ours, theirs = (_by_name(rows, known, as_charges=as_charges) for rows in (wanted, there))
    told = [text for name, sent in ours.items() for text in _changes(sent, theirs.get(name), adds=adds)]
    if not adds:
        told += [f"{rows.label} is there and was not sent" for name, rows in theirs.items() if name not in ours]
    return told


def _by_name(rows: Iterable[Document], known: dict[str, str], *, as_charges: bool) -> dict[str, _Rows]:
    found: dict[str, _Rows] = {}
    for row in rows:
        name = next(_names(row), "")
        key, label = (EVERYTHING, EVERYTHING) if as_charges else (known.get(name, name), _label(row))
        found.setdefault(key, _Rows(label)).add(row)
    return found


def _names(row: Document) -> Iterator[str]:
    if isinstance(row, ManualJournalLine):
        yield f"{row.debit}\n{row.credit}"
        return
    for field_name in NAMES:
        if text := str(getattr(row, field_name, None) or "").strip().casefold():
            yield text


def _label(row: Document) -> str:
    if isinstance(row, ManualJournalLine):
        return f"the line of debit {row.debit}, credit {row.credit}"
    return str(next(filter(None, (getattr(row, name, None) for name in ("sku", *NAMES))), "a row without a product"))


def _amounts(row: Document) -> dict[str, Decimal]:
    if isinstance(row, ManualJournalLine):
        return {"amount": row.amount or Decimal(0)}
    amounts = {name: getattr(row, name) for name in ("quantity", "tax") if hasattr(row, name)}
    if isinstance(row, (PurchaseLine, AdditionalCharge)):
        amounts["net amount"] = row.quantity * row.price * (1 - row.discount / 100)
    return amounts


def _changes(sent: _Rows, stored: _Rows | None, *, adds: bool) -> Iterator[str]:
    if stored is None:
        yield f"{sent.label} is missing"
        return
    for name, amount in sent.sums.items():
        more = stored.sums[name] - amount
        # A tax of 0 leaves it to the service; a cent a row is rounding.
        allowed = CENT * max(sent.count, stored.count) if name != "quantity" else 0
        if not (abs(more) <= allowed or (adds and more > 0) or (name == "tax" and not amount)):
            yield f"{sent.label}: {name} {_plain(stored.sums[name])} instead of {_plain(amount)}"
    for name, texts in sent.texts.items():
        shown = stored.texts[name]
        if shown and not {text.casefold() for text in texts} <= {text.casefold() for text in shown}:
            told, instead = (", ".join(sorted(side)) for side in (shown, texts))
            yield f"{sent.label}: {name.replace('_', ' ')} {told} instead of {instead}"


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}" if abs(amount.adjusted()) < 30 else str(amount)
