"""Vendors and items compared: every record of GP against its supplier or product, and Cin7 Core's own beside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from attrs import frozen

from cin7core_client import Product, Supplier
from gp_cin7_bridge.flows.masters.items import Items
from gp_cin7_bridge.flows.masters.plans import MasterPlan
from gp_cin7_bridge.flows.masters.vendors import Vendors
from gp_cin7_bridge.plan import Action, Flow, Verb
from gp_cin7_bridge.review.reconcile.findings import Difference, Finding, Kind, shown
from gp_cin7_bridge.review.reconcile.reading import Reading
from gp_cin7_bridge.state import Link

WORDS: Final[Mapping[Flow, str]] = {"vendors": "supplier", "items": "product"}
# A tax id may be a social security number.
UNSHOWN: Final = frozenset({"tax_number"})


@frozen
class _Known:
    """What is linked, by GP's key, and what a person decided not to carry."""

    links: Mapping[str, Link]
    skipped: frozenset[str]


def masters(reading: Reading, flow: Flow) -> Iterator[Finding]:
    """Compare all vendors, or all items."""
    bridge = reading.bridge
    review = MasterPlan(Vendors(bridge)) if flow == "vendors" else MasterPlan(Items(bridge))
    links = {link.gp_key: link for link in bridge.state.links(flow.removesuffix("s"))}
    known = _Known(links, frozenset(record.record_key for record in bridge.state.skipped(flow)))
    matched: set[str] = set()
    for action in reading.each("both", flow, review.everything()):
        reading.compared[flow] += 1
        matched |= _ids(action, known.links.get(action.source_id))
        if finding := _finding(action, known):
            yield finding
    by_id = {link.cin7_id: link.gp_key for link in links.values()}
    for target_id, name in _targets(reading, flow):
        if target_id not in matched:
            yield _extra(flow, name, by_id.get(target_id, ""))


def _ids(action: Action, link: Link | None) -> set[str]:
    """Give the ids of the Cin7 Core records that are one thing with a GP record."""
    payload = action.payload
    own = payload.supplier_id if isinstance(payload, Supplier) else None
    own = payload.product_id if isinstance(payload, Product) else own
    return {each for each in (own, link.cin7_id if link else None) if each}


def _finding(action: Action, known: _Known) -> Finding | None:
    word, link = WORDS[action.flow], known.links.get(action.source_id)
    sync = f"Run `gp-cin7 sync {action.flow}`."
    if action.source_id in known.skipped and action.verb != Verb.SKIP:
        return _of(action, Kind.SKIPPED, "A person decided not to carry it.", "Nothing to do.")
    if action.verb == Verb.CREATE and link:
        text = f"It was carried, and Cin7 Core no longer has its {word} {action.key!r}."
        return _of(action, Kind.DELETED, text, f"Restore the {word} in Cin7 Core, or let the next run make it anew.")
    if action.verb == Verb.CREATE:
        return _of(action, Kind.MISSING, f"Cin7 Core has no {word} {action.key!r}.", sync)
    if action.verb == Verb.UPDATE and action.after:
        differing = tuple(_differences(action.before or {}, action.after))
        return _of(action, Kind.DIFFERENT, f"The {word} {action.key!r} is not what GP says.", sync, differing)
    if action.verb == Verb.HOLD:
        unmapped = any(each.code == "reference_missing" for each in action.reasons)
        kind = Kind.UNMAPPED if unmapped else Kind.DIFFERENT if link else Kind.MISSING
        text = " ".join(each.text for each in action.reasons)
        return _of(action, kind, text, " ".join(dict.fromkeys(each.cure for each in action.reasons)))
    return None


def _of(action: Action, kind: Kind, text: str, cure: str, differences: tuple[Difference, ...] = ()) -> Finding:
    return Finding(
        flow=action.flow,
        kind=kind,
        document=action.document,
        key=action.key,
        vendor=action.document if action.flow == "vendors" else "",
        text=text,
        cure=cure,
        differences=differences,
    )


def _differences(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[Difference]:
    """Name every single value that differs, also inside addresses and contacts."""
    found, expected = dict(_leaves(before)), dict(_leaves(after))
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name, "") != found.get(name, ""):
            hidden = name in UNSHOWN
            values = (expected.get(name, ""), found.get(name, ""))
            yield Difference(name, *("(not shown)" if hidden and each else each for each in values))


def _leaves(values: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{name}.")
        elif isinstance(value, (list, tuple)):
            yield from _leaves({str(place): each for place, each in enumerate(value, start=1)}, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", shown(value)


def _targets(reading: Reading, flow: Flow) -> Iterable[tuple[str, str]]:
    """List what is active in Cin7 Core."""
    cin7 = reading.bridge.cin7
    if flow == "vendors":
        suppliers = reading.each("Cin7 Core", flow, cin7.suppliers.list())
        return ((each.supplier_id or "", each.name or "") for each in suppliers)
    products = reading.each("Cin7 Core", flow, cin7.products.list())
    return ((each.product_id or "", each.sku or "") for each in products)


def _extra(flow: Flow, name: str, gp_key: str) -> Finding:
    record = flow.removesuffix("s")
    if gp_key:
        text = f"Cin7 Core has {WORDS[flow]} {name!r} of {record} {gp_key!r}, which GP no longer has."
        cure = f"Deprecate it in Cin7 Core, or restore the {record} in GP."
    else:
        text = f"Cin7 Core has {WORDS[flow]} {name!r}, and GP no {record} that it is of."
        cure = f"Enter the {record} in GP, or deprecate the {WORDS[flow]}."
    return Finding(flow=flow, kind=Kind.EXTRA, document=name, key=gp_key, text=text, cure=cure)
