"""`period_end_accrual`: what is received and not billed at a period's end, and what takes it back the day after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping

from attrs import evolve

from cin7core_client import PurchaseSummary
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.bills.facts import gp_facts
from gp_cin7_bridge.flows.receipts.actions import Booking, booked, held, unchanged
from gp_cin7_bridge.flows.receipts.gl_accrual import may_hold_receipts
from gp_cin7_bridge.flows.receipts.modes import Asked, Found
from gp_cin7_bridge.flows.receipts.setup import receipt_rules
from gp_cin7_bridge.mapping.held import HeldReceipt
from gp_cin7_bridge.mapping.receipts.copied import sums_as_details, sums_from_details
from gp_cin7_bridge.mapping.receipts.journal import sums_of
from gp_cin7_bridge.mapping.receipts.period_end import (
    ACCRUAL,
    REVERSAL,
    WHOLE,
    PeriodEndMapping,
    map_period_end,
    taken_back,
)
from gp_cin7_bridge.mapping.receipts.rules import ReceiptRules
from gp_cin7_bridge.plan import Action
from gp_cin7_bridge.reasons import reason
from gp_cin7_bridge.state import Link

STREAM = "receipts.period_end"
SUMS = "sums"
KINDS = (ACCRUAL, REVERSAL, WHOLE)
# Cin7 Core stamps in UTC; the day of the company may be another one.
ANY_ZONE = dt.timedelta(days=1)


def plan_period_end(asked: Asked) -> Found:
    """Decide on every period that ended since the last one that was booked; without a first day only on the newest.

    In another mode, what was accrued and not taken back yet is taken back.
    """
    bridge = asked.bridge
    if bridge.settings.receipts.mode != "period_end_accrual":
        return _rest(asked)
    keys = [key for kind in KINDS for key in asked.waiting if key.startswith(f"{kind}/")]
    rules = receipt_rules(bridge, gp_facts(bridge))
    if rules.periods is None:
        why = reason("no_period_source")
        return Found((held(f"{WHOLE}/none", "accruals at the end of periods", (why,)),) if asked.changed else ())
    ends = _ended(bridge, rules) if asked.changed else []
    links = {link.cin7_id: link for link in bridge.state.links("receipt")}
    skipped = {record.record_key for record in bridge.state.skipped("receipts")}
    # A period's end that waited only for purchases which a person skipped waits no longer.
    booked_ends = {_end(key) for key in links if key.startswith(f"{ACCRUAL}/")}
    left = {_end(key) for key in skipped if key.startswith(f"{WHOLE}/")} - booked_ends
    wanted = sorted({*ends, *(left if asked.changed else ()), *(_end(key) for key in keys if key.count("/") > 1)})
    actions: list[Action] = []
    for end in wanted:
        mine = f"{ACCRUAL}/{end:%Y-%m-%d}/"
        there = {key: link for key, link in links.items() if key.startswith(mine)}
        actions += [action for link in there.values() for action in _taken_back(asked, link, links, rules)]
        if end in ends or not there or any(key.startswith(mine) for key in asked.waiting):
            actions += [
                action for action in _accrued(asked, end, rules, skipped) if _accrual(action.source_id) not in there
            ]
    return Found(tuple(actions), {STREAM: max(ends).isoformat()} if ends else {})


def _rest(asked: Asked) -> Found:
    links = {link.cin7_id: link for link in asked.bridge.state.links("receipt")}
    standing = [
        link
        for key, link in links.items()
        if key.startswith(f"{ACCRUAL}/") and key.replace(ACCRUAL, REVERSAL, 1) not in links
    ]
    if not standing:
        return Found()
    rules = receipt_rules(asked.bridge, gp_facts(asked.bridge))
    return Found(tuple(action for link in standing for action in _taken_back(asked, link, links, rules)))


def _ended(bridge: Bridge, rules: ReceiptRules) -> list[dt.date]:
    """Give the last days of the periods that are to be booked."""
    first, done = bridge.settings.receipts.first_day, bridge.state.cursor(STREAM)
    today = rules.today or bridge.clock().date()
    ended = [each.last_date for each in (rules.periods.all if rules.periods else ()) if each.last_date < today]
    after = dt.date.fromisoformat(done) if done else None
    if after is None and first is None:
        return ended[-1:]
    return [end for end in ended if (after is None or end > after) and (first is None or end >= first)]


def _end(source_id: str) -> dt.date:
    return dt.date.fromisoformat(source_id.split("/")[1])


def _accrual(source_id: str) -> str:
    """Give the accrual that a reversal takes back."""
    return source_id.replace(REVERSAL, ACCRUAL, 1) if source_id.startswith(f"{REVERSAL}/") else source_id


def _taken_back(asked: Asked, link: Link, links: Mapping[str, Link], rules: ReceiptRules) -> Iterator[Action]:
    """An accrual that is in GP stays as it is, and is taken back as it is, whatever was entered since."""
    yield unchanged(link, link.cin7_id.replace("/", " "))
    for back in taken_back(link.cin7_id, sums_from_details(link.details.get(SUMS)), rules):
        carried = links.get(back.source_id)
        yield unchanged(carried, back.source_id.replace("/", " ")) if carried else _action(asked, back)


def _accrued(asked: Asked, end: dt.date, rules: ReceiptRules, skipped: Collection[str]) -> Iterator[Action]:
    """Give the accruals of a period's end and their reversals, by what Cin7 Core has now."""
    listed = (row for row in asked.bridge.cin7.purchases.list() if not asked.begun.way(row.purchase_id))
    rows = [row for row in listed if _may_be_open(row, end)]
    ids = [row.purchase_id for row in rows if f"{WHOLE}/{end:%Y-%m-%d}/{row.purchase_id}" not in skipped]
    purchases, unreadable = asked.read(ids)
    for action in unreadable:
        yield evolve(action, source_id=f"{WHOLE}/{end:%Y-%m-%d}/{action.source_id.partition('/')[0]}")
    if unreadable:
        return
    open_sends = {each.natural_key for each in asked.bridge.state.ledger.open_operations("journal")}
    for each in map_period_end(purchases, end, rules):
        # What takes back an accrual of which nobody knows yet whether it arrived, is made of what it says then.
        if _accrual(each.source_id) not in open_sends or each.source_id in open_sends:
            yield _action(asked, each)


def _action(asked: Asked, each: PeriodEndMapping | HeldReceipt) -> Action:
    if isinstance(each, HeldReceipt):
        return held(each.source_id, each.document, each.reasons)
    booking = Booking(
        source_id=each.source_id,
        document=each.name,
        journal=each.document,
        explained=each.explained,
        details={SUMS: sums_as_details(sums_of(each.document))},
    )
    accrual = _accrual(each.source_id)
    return evolve(booked(asked.bridge, booking), follows=accrual if accrual != each.source_id else "")


def _may_be_open(row: PurchaseSummary, end: dt.date) -> bool:
    """Tell by a row whether goods may have been received and not billed at the end of a day.

    One that is billed whole, and was not touched since that day, had its bills by then.
    """
    if not may_hold_receipts(row):
        return False
    whole = str(row.combined_invoice_status).upper().startswith("INVOICED")
    touched = row.last_updated_date is None or row.last_updated_date.date() + ANY_ZONE > end
    billed_later = row.invoice_date is not None and row.invoice_date > end
    return not whole or touched or billed_later
