"""What people do in both systems while `soak.py` goes on, and what GP must hold because of it."""

from __future__ import annotations

import datetime as dt
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

from attrs import define, field

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "gp_cin7_bridge"))

from small import Small as Small
from small import add_purchase

from gp_cin7_bridge.sandbox.simulators import Simulators

# In seconds of ours.
RESTS: Final = 20.0
UNDONE: Final = (3.0, 45.0)
CLOSED: Final = (5.0, 25.0)
# Of invoices; either period is closed now and then.
DAYS: Final = (dt.date(2026, 3, 2), dt.date(2026, 3, 9), dt.date(2026, 4, 1))
VOUCHERS: Final = """
    SELECT VCHNUMWK AS voucher, DOCNUMBR AS number, DOCTYPE AS kind, DOCAMNT AS amount FROM PM10000
    UNION ALL SELECT VCHRNMBR, DOCNUMBR, DOCTYPE, DOCAMNT FROM PM20000
"""
INVOICE: Final = 1


@define
class Paper:
    """An invoice or a credit note in Cin7 Core.

    Attributes:
        number, order: its own and its purchase's.
        sign: 1 for an invoice, -1 for a credit note.
        owed: what GP must hold for it in sum; nothing once it is undone or void.
        changes: how often it changed; each change may take one voucher back and send another.
        touched: when, by our monotonic clock.
        closed: whether people leave it alone from now on.
    """

    number: str
    order: str
    sign: int
    owed: Decimal
    changes: int = 0
    touched: float = field(factory=time.monotonic)
    closed: bool = False

    def changed(self, owed: Decimal) -> None:
        """Note a change by a person."""
        self.owed, self.changes, self.touched = owed, self.changes + 1, time.monotonic()

    def problem(self, vouchers: list[tuple[str, Decimal]]) -> str:
        """Say what is wrong with its vouchers, by number and signed amount; nothing when all is well."""
        numbers, held = [number for number, _ in vouchers], sum(amount for _, amount in vouchers)
        if len(set(numbers)) < len(numbers):
            return f"{self.number} is there twice: {sorted(numbers)}"
        if held != self.sign * self.owed:
            return f"{self.number} is {held} by {sorted(numbers)}, not {self.sign * self.owed}"
        if len(numbers) > 1 + 2 * self.changes or len(numbers) % 2 != bool(self.owed):
            return f"{self.number} has {sorted(numbers)} after {self.changes} changes"
        return ""


def _line(amount: Decimal) -> dict[str, object]:
    return {
        "SKU": "A-1",
        "Quantity": 1,
        "Price": amount,
        "Tax": 0,
        "TaxRule": "Tax exempt",
        "Account": "1300",
        "Total": amount,
    }


def _amounts(amount: Decimal) -> dict[str, object]:
    return {"Lines": [_line(amount)], "TotalBeforeTax": amount, "Tax": 0, "Total": amount}


@define
class People:
    """People at work; `papers` says what GP must hold in the end."""

    simulators: Simulators
    dice: random.Random
    papers: dict[str, Paper] = field(factory=dict)
    vendors: list[str] = field(factory=lambda: ["ACME", "BETA"])
    bills: int = 1000
    _later: list[tuple[float, Callable[[], None]]] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        for number in (1, 2, 3):
            self.papers[f"INV-{number}"] = Paper(f"INV-{number}", f"PO-{number}", 1, Decimal(10 * number))

    def act(self) -> None:
        """Do one thing, and what was put off until now."""
        due = [each for each in self._later if each[0] <= time.monotonic()]
        self._later = [each for each in self._later if each not in due]
        for _, thing in due:
            thing()
        acts = {
            self._bill: 40,
            self._credit: 8,
            self._note: 8,
            self._edit: 10,
            self._undo: 5,
            self._void: 3,
            self._convert: 2,
            self._delete: 2,
            self._post: 1,
            self._period: 1,
            self._vendor: 2,
            self._item: 2,
            self._change_masters: 4,
        }
        self.dice.choices(list(acts), list(acts.values()))[0]()

    def leave(self) -> None:
        """Finish what was put off."""
        for _, thing in self._later:
            thing()
        self._later = []

    def vouchers(self) -> dict[str, list[tuple[str, Decimal]]]:
        """Give the vouchers in GP, by the paper that they are about, each with its number and signed amount."""
        found: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
        for row in self.simulators.gp.sql(VOUCHERS):
            number = row["number"].strip()
            signed = Decimal(str(row["amount"])) * (1 if row["kind"] == INVOICE else -1)
            found["-".join(number.split("-")[:2])].append((number, signed))
        return found

    def problems(self) -> Iterator[str]:
        """Tell of each paper whose vouchers are not as they must be, and of vouchers of nobody."""
        vouchers = self.vouchers()
        for paper in self.papers.values():
            if problem := paper.problem(vouchers.get(paper.number, [])):
                yield problem
        yield from (f"{number} is foreign" for number in vouchers.keys() - self.papers.keys())

    def _bill(self) -> None:
        self.bills += 1
        number, vendor = f"INV-{self.bills}", self.dice.choice(self.vendors)
        cin7, day = self.simulators.cin7, self.dice.choice(DAYS)
        order = f"PO-{self.bills}"
        add_purchase(cin7, self.bills, supplier=f"{vendor} Ltd", day=day, Status="DRAFT")
        cin7.people.authorise_invoice(order)
        self.papers[number] = Paper(number, order, 1, Decimal(10 * self.bills))

    def _credit(self) -> None:
        invoice = self._any("INV-")
        number = invoice.number.replace("INV", "CN") if invoice else ""
        if invoice is None or number in self.papers:
            return
        facts = {"CreditNoteNumber": number, "CreditNoteDate": "2026-03-03T00:00:00"}
        self.simulators.cin7.people.credit(invoice.order, **facts, **_amounts(Decimal(5)))
        self.papers[number] = Paper(number, invoice.order, -1, Decimal(5))

    def _note(self) -> None:
        if paper := self._any():
            self.simulators.cin7.people.edit_purchase(paper.order, Note=f"note {self.dice.random()}")

    def _edit(self) -> None:
        """Change an amount, whether it was carried or not."""
        if paper := self._any():
            owed = paper.owed + Decimal(self.dice.randint(1, 400)) / 100
            people = self.simulators.cin7.people
            edit = people.edit_invoice if paper.sign == 1 else people.edit_credit_note
            edit(paper.order, **_amounts(owed))
            paper.changed(owed)

    def _undo(self) -> None:
        """Undo an invoice; most are authorised again some time later, some with another amount."""
        paper = self._any("INV-")
        if paper is None:
            return
        owed = paper.owed + self.dice.choice((Decimal(0), Decimal(0), Decimal("0.75")))
        self.simulators.cin7.people.undo_invoice(paper.order)
        paper.changed(Decimal(0))
        paper.closed = True

        def again() -> None:
            self.simulators.cin7.people.edit_invoice(paper.order, **_amounts(owed))
            self.simulators.cin7.people.authorise_invoice(paper.order)
            paper.changed(owed)
            paper.closed = False

        if self.dice.random() < 4 / 5:
            self._later.append((time.monotonic() + self.dice.uniform(*UNDONE), again))

    def _void(self) -> None:
        if paper := self._any():
            people = self.simulators.cin7.people
            (people.void_invoice if paper.sign == 1 else people.void_credit_note)(paper.order)
            paper.changed(Decimal(0))
            paper.closed = True

    def _convert(self) -> None:
        """Make a simple purchase advanced, which gives its papers other tasks."""
        if paper := self._at_rest():
            self.simulators.cin7.people.convert_to_advanced(paper.order)
            for each in self._of(paper.order):
                each.closed = True

    def _delete(self) -> None:
        """Delete a voucher in GP; the bill is then sent again."""
        if paper := self._at_rest():
            work = "SELECT VCHNUMWK FROM PM10000 WHERE DOCNUMBR = ?"
            if rows := self.simulators.gp.sql(work, (paper.number,)):
                self.simulators.gp.do("delete_voucher", voucher=rows[0]["VCHNUMWK"])
                paper.changed(paper.owed)

    def _post(self) -> None:
        batches = self.simulators.gp.sql("SELECT DISTINCT BACHNUMB FROM PM10000 ORDER BY BACHNUMB")
        if batches:
            self.simulators.gp.do("post_batch", batch=self.dice.choice(batches)["BACHNUMB"])

    def _period(self) -> None:
        """Close a period for a while."""
        gp, period = self.simulators.gp, self.dice.choice((3, 4))
        gp.do("close_period", year=2026, period=period)

        def opened() -> None:
            gp.do("close_period", year=2026, period=period, closed=False)

        self._later.append((time.monotonic() + self.dice.uniform(*CLOSED), opened))

    def _vendor(self) -> None:
        vendor = f"V{len(self.vendors)}"
        self.simulators.gp.add_vendor(vendor, f"{vendor} Ltd")
        self.vendors.append(vendor)

    def _item(self) -> None:
        item = f"I-{self.dice.getrandbits(40)}"
        self.simulators.gp.add_item(item, f"Item {item}", unit_schedule_id="EACH")

    def _change_masters(self) -> None:
        gp, number = self.simulators.gp, self.dice.getrandbits(30)
        vendor = (f"555{number:011d}", self.dice.choice(self.vendors))
        gp.sql("UPDATE PM00200 SET PHNUMBR1 = ? WHERE VENDORID = ?", vendor)
        gp.sql("UPDATE IV00101 SET ITEMDESC = ? WHERE ITEMNMBR = 'A-2'", (f"Item {number}",))

    def _any(self, kind: str = "") -> Paper | None:
        """Give a paper that people may change, more likely a new one."""
        alive = [each for each in self.papers.values() if not each.closed and each.number.startswith(kind)]
        alive = alive[-30:] if self.dice.random() < 2 / 3 else alive
        return self.dice.choice(alive) if alive else None

    def _at_rest(self) -> Paper | None:
        """Give a paper whose purchase was carried, and changed by nobody since."""
        paper, vouchers, now = self._any(), self.vouchers(), time.monotonic()
        resting = paper and all(
            not each.closed and each.changes == 0 and now - each.touched > RESTS and len(vouchers[each.number]) == 1
            for each in self._of(paper.order)
        )
        return paper if resting else None

    def _of(self, order: str) -> list[Paper]:
        return [each for each in self.papers.values() if each.order == order]
