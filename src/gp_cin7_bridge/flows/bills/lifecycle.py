"""What becomes of a bill after it was sent: changed, undone or voided in Cin7 Core, edited, deleted or voided in GP.

Nothing is corrected by itself. The bill is held with the difference and the cure; what would put it right is proposed
and waits for an approval, which covers that very proposal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from attrs import evolve, frozen

from dynamicsgp_client import PayablesDocument
from gp_cin7_bridge.documents import fields_of
from gp_cin7_bridge.flows.bills.actions import created, hashed
from gp_cin7_bridge.flows.bills.carried import Carried
from gp_cin7_bridge.flows.receipts.clearing import ReceiptsOfBills
from gp_cin7_bridge.mapping.bills.bill import BillMapping, explain_bill
from gp_cin7_bridge.mapping.bills.comparison import Difference, differences
from gp_cin7_bridge.mapping.bills.compensation import compensation, opposite, taken_back
from gp_cin7_bridge.mapping.bills.duplicates import VendorDocuments
from gp_cin7_bridge.mapping.bills.header import linked_vendor
from gp_cin7_bridge.mapping.bills.rules import BillRules
from gp_cin7_bridge.mapping.held import Held
from gp_cin7_bridge.mapping.periods import ALWAYS_OPEN
from gp_cin7_bridge.plan import Action, Verb, verb_against
from gp_cin7_bridge.reasons import Reason, reason

# These follow from the day of the run, so an approval does not hang on them.
BY_THE_RUN: Final = ("batch_id", "posting_date")
BY_THE_RUN_OF_A_REVERSAL: Final = (*BY_THE_RUN, "document_date", "tax_date")


@frozen
class Lifecycle:
    """Decides on bills that were sent.

    Attributes:
        rules: the rules for bills.
        receipts: the receipts of their purchases.
        compensate: whether to propose what takes a voucher back when its bill changed.
        grace: how long a purchase must rest before that.
        now: this moment.
        approved: tells whether a person approved a proposal for a source id.
    """

    rules: BillRules
    receipts: ReceiptsOfBills
    compensate: bool
    grace: dt.timedelta
    now: dt.datetime
    approved: Callable[[str, str], bool]

    def actions(self, it: Carried) -> Iterator[Action]:
        """Give what is to be done for one bill."""
        if it.lost and it.owed:
            yield from self._sent_again(it)
        elif it.lost:
            yield _decided(it, (reason("no_longer_owed"),))
        elif it.owed:
            yield from self._compared(it)
        else:
            yield from self._put_right(it, (it.withdrawn,), None)

    def _sent_again(self, it: Carried) -> Iterator[Action]:
        """Propose to send a bill again whose voucher is gone."""
        why = (reason(it.lost, voucher=it.link.gp_key),)
        mapped = self._mapped(it, it.next_revision)
        if isinstance(mapped, Held):
            passed_over = verb_against(mapped.reasons) == Verb.SKIP
            yield _decided(it, mapped.reasons if passed_over else (*why, *mapped.reasons))
        else:
            yield from self._proposed(it, why, mapped)

    def _compared(self, it: Carried) -> Iterator[Action]:
        """Compare a bill with what was sent for it, and that with what GP has."""
        voucher, edits = it.standing, it.edits
        if not it.changed:
            why = (_differing("voucher_changed", it, edits),) if edits else (reason("unchanged"),)
            yield _shown(_decided(it, why), edits)
            return
        mapped = self._mapped(it, it.revision, lenient=True)
        if isinstance(mapped, Held):
            nothing = verb_against(mapped.reasons) == Verb.SKIP
            what = "its total is zero" if nothing else "it cannot become a voucher as it is now"
            changed = reason("bill_changed", voucher=it.link.gp_key, changes=what)
            yield from (
                self._put_right(it, (changed,), None) if nothing else (_decided(it, (changed,), *mapped.reasons),)
            )
        elif not differences(mapped.document, voucher):
            yield _decided(it, (reason("unchanged"),))
        else:
            changes = differences(it.sent or voucher, mapped.document)
            found = [_differing("bill_changed", it, changes)] if changes else []
            found += [_differing("voucher_changed", it, edits)] if edits else []
            if changes:
                actions = self._put_right(it, tuple(found), self._mapped(it, it.next_revision))
                yield from (_shown(action, changes) for action in actions)
            else:
                yield _shown(_decided(it, tuple(found)), edits)

    def _put_right(
        self, it: Carried, why: tuple[Reason, ...], replacement: BillMapping | Held | None
    ) -> Iterator[Action]:
        """Propose to take a voucher back, and perhaps to replace it, when that is wanted."""
        rests_from = it.last_changed + self.grace if it.last_changed else self.now
        if not self.compensate:
            yield _decided(it, why)
        elif self.now < rests_from:
            stamps = {"since": _stamp(it.last_changed), "until": _stamp(rests_from)}
            yield _decided(it, why, reason("in_grace", **stamps))
        elif isinstance(replacement, Held):
            yield _decided(it, why, *replacement.reasons)
        else:
            yield from self._proposed(it, why, replacement)

    def _proposed(self, it: Carried, why: tuple[Reason, ...], replacement: BillMapping | None) -> Iterator[Action]:
        """Propose, or carry out what was approved: first what takes the voucher back, then what replaces it."""
        proposal = self._proposal(it, replacement)
        if not self.approved(it.source_id, proposal):
            steps = _steps(it, self._reversal_number(it), replacement)
            proposed = reason("compensation_proposed", steps=steps, document=it.document)
            yield _decided(it, why, proposed, proposal=proposal)
            return
        back = None if it.lost else self._taken_back(it)
        if isinstance(back, Held):
            yield _decided(it, why, *back.reasons, proposal=proposal)
            return
        if back:
            number = back.document.document_number or ""
            details = {"revision": it.next_revision, "takes_back": it.link.gp_key}
            yield created(back, self.rules, document=number, source_id=it.reversal_id, details=details)
        follows = it.reversal_id if back else ""
        if replacement and it.bill:
            yield created(
                replacement,
                self.rules,
                document=it.document,
                source_id=it.source_id,
                source_hash=it.bill.source_hash,
                details={
                    **self.receipts.cleared(it.bill, replacement.accruals),
                    "revision": it.next_revision,
                    "earlier": sorted(it.own),
                },
                follows=follows,
                proposal=proposal,
            )
        else:
            done = reason("taken_back", voucher=it.link.gp_key, other=self._reversal_number(it))
            yield evolve(_decided(it, (done,)), follows=follows, proposal=proposal)

    def _proposal(self, it: Carried, replacement: BillMapping | None) -> str:
        """Hash what would be done; the same before and after the first of two steps."""
        back: Mapping[str, object] = {}
        if not it.lost or (it.reversal and (it.sent or it.voucher)):
            document = compensation(
                it.standing,
                voucher_number=it.reversal_number(self.rules.cin7_account_id),
                revision=it.next_revision,
                posting_date=it.standing.document_date,
                batch_id="",
            )
            back = _without(document, BY_THE_RUN_OF_A_REVERSAL)
        new: Mapping[str, object] = _without(replacement.document, BY_THE_RUN) if replacement else {}
        return hashed([it.link.gp_key, it.next_revision, back, new])

    def _taken_back(self, it: Carried) -> BillMapping | Held:
        return taken_back(
            it.standing, voucher_number=self._reversal_number(it), revision=it.next_revision, rules=self.rules
        )

    def _reversal_number(self, it: Carried) -> str:
        return it.reversal or it.reversal_number(self.rules.cin7_account_id)

    def _mapped(self, it: Carried, revision: int, *, lenient: bool = False) -> BillMapping | Held:
        """Map the bill as that revision of it, no duplicate of its own vouchers.

        Lenient means that periods and batches, which only keep a new voucher from being made, do not matter.
        """
        if it.bill is None:
            raise TypeError("what is gone cannot be mapped")
        rules, bill = self.rules, it.bill
        before = it.own if revision > it.revision else it.own - {it.link.gp_key}
        vendor = linked_vendor(bill.purchase, rules)
        documents = rules.known_documents.get(vendor.vendor_id, VendorDocuments()) if vendor else VendorDocuments()
        others = VendorDocuments.of(each for each in documents if each.voucher_number not in it.own)
        numbers = frozenset(each.document_number for each in documents if each.voucher_number in before)
        rules = evolve(
            self.receipts.rules_again(rules, bill, anew=revision > it.revision),
            revision=revision,
            replaced=numbers,
            known_documents={vendor.vendor_id: others} if vendor else {},
        )
        if lenient:
            rules = evolve(rules, periods=ALWAYS_OPEN, batches=None, batch_size=None)
        return explain_bill(bill.purchase, bill.part, rules)


def _decided(it: Carried, why: tuple[Reason, ...], *more: Reason, proposal: str = "") -> Action:
    """Hold a bill or pass it over; a person's decision to skip it lasts as long as `why` stays."""
    reasons = tuple(dict.fromkeys((*why, *more)))
    return Action(
        flow="bills",
        verb=verb_against(reasons),
        document=it.document,
        key=it.link.gp_key,
        source_id=it.source_id,
        source_hash=hashed([it.bill.source_hash if it.bill else "", *(each.text for each in why)]),
        reasons=reasons,
        proposal=proposal,
    )


def _shown(action: Action, found: tuple[Difference, ...]) -> Action:
    """Show a held bill's differences field by field."""
    if action.verb != Verb.HOLD:
        return action
    before, after = ({each.field: getattr(each, side) for each in found} for side in ("before", "after"))
    return evolve(action, before=before, after=after)


def _differing(code: str, it: Carried, found: tuple[Difference, ...]) -> Reason:
    return reason(code, voucher=it.link.gp_key, changes=", ".join(map(str, found)))


def _steps(it: Carried, reversal: str, replacement: BillMapping | None) -> str:
    steps = []
    if not it.lost:
        kind = opposite(it.standing.document_type).name.lower().replace("_", " ")
        steps.append(f"{kind} {reversal} of {_money(it.standing)} takes voucher {it.link.gp_key} back")
    if replacement:
        new = replacement.document
        steps.append(f"voucher {new.voucher_number}, number {new.document_number!r}, of {_money(new)} is sent")
    return ", then ".join(steps)


def _money(document: PayablesDocument) -> str:
    return f"{document.document_amount} {document.currency_id or ''}".rstrip()


def _without(document: PayablesDocument, names: tuple[str, ...]) -> Mapping[str, object]:
    return {name: value for name, value in fields_of(document).items() if name not in names}


def _stamp(moment: dt.datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""
