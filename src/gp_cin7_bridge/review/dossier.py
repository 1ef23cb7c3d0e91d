"""Everything that is known of one document, from the state alone: what an auditor is handed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from attrs import asdict, frozen

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.documents import read
from gp_cin7_bridge.errors import AuditError
from gp_cin7_bridge.plan import Explained, Flow
from gp_cin7_bridge.review.trail import told
from gp_cin7_bridge.state import Anchor, Attempt, AuditRow, Body, Break, HeldRecord, Link, Operation
from gp_cin7_bridge.sync import known_flow
from gp_cin7_bridge.writes.intents import Intent

# What the intents of a flow are called; the documents of those in INTO_GP are named by their id in Cin7 Core.
KINDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "vendors": ("supplier",),
        "items": ("product",),
        "receipts": ("journal", "receiving"),
        "bills": ("voucher",),
        "payments": ("payment",),
    }
)
INTO_GP: Final = ("receipts", "bills")


@frozen(kw_only=True)
class Sending:
    """One intent: where it stands, each attempt, and what went over the line for it."""

    operation: Operation
    attempts: tuple[Attempt, ...]
    bodies: tuple[Body, ...]


@frozen(kw_only=True)
class Dossier:
    """One document.

    Attributes:
        key: its identity on the giving side.
        explained: each figure of what was meant to be sent last, with the rule that made it.
        held: its place in the queue, if it waits or was skipped.
        rows: everything that the audit says of it, in order.
        head: of the whole audit when the dossier was made; a row's number and hash prove its place in it.
        broken: where the audit is not what it was; None when it is whole, or was not walked.
    """

    connection: str
    made_at: str
    flow: Flow
    key: str
    document: str
    vendor: str
    summary: str
    link: Link | None
    held: HeldRecord | None
    explained: tuple[Explained, ...]
    sendings: tuple[Sending, ...]
    rows: tuple[AuditRow, ...]
    head: Anchor
    broken: Break | None


def dossier(bridge: Bridge, name: str, *, flow: str | None = None, walk: bool = True) -> Dossier:
    """Gather what is known of a document; asks neither system.

    Args:
        bridge: the open connection.
        name: the document's number, its voucher number, vendor id or item number, or its id in Cin7 Core.
        flow: look only among its documents; without it a bill comes before its payments.
        walk: walk the whole audit, which takes a second for some ten thousand rows.

    Raises:
        AuditError: nothing is known of it, or the name means several documents; names their keys.
    """
    state = bridge.state
    its_flow, key = _the_one(bridge, name, flow)
    rows = tuple(row for row in state.audit_rows(document=key, flow=its_flow) if _identity(row) == (its_flow, key))
    operations = [each for kind in KINDS[its_flow] for each in state.ledger.about(kind, key)]
    intent = Intent.read(operations[-1].payload) if operations else None
    entity = its_flow.removesuffix("s")
    link = state.link(entity, cin7_id=key) if its_flow in INTO_GP else state.link(entity, gp_key=key)
    queue = (*state.held(its_flow), *state.skipped(its_flow))
    return Dossier(
        connection=bridge.settings.name,
        made_at=bridge.clock().isoformat(),
        flow=its_flow,
        key=key,
        document=rows[-1].document,
        vendor=next((row.vendor for row in reversed(rows) if row.vendor), ""),
        summary=intent.summary if intent else "",
        link=link,
        held=next((each for each in queue if each.record_key == key), None),
        explained=intent.explained if intent else (),
        sendings=tuple(
            Sending(
                operation=each,
                attempts=tuple(state.ledger.attempts(each)),
                bodies=tuple(state.bodies.of(each.id)),
            )
            for each in operations
        ),
        rows=rows,
        head=state.audit_anchor(),
        broken=state.audit_broken_at() if walk else None,
    )


def dossier_json(found: Dossier) -> dict[str, object]:
    """Give a dossier as JSON has it; of an intent's payload only what its bodies show."""
    return {
        **{
            name: getattr(found, name)
            for name in ("connection", "made_at", "flow", "key", "document", "vendor", "summary")
        },
        "link": asdict(found.link) if found.link else None,
        "held": asdict(found.held) if found.held else None,
        "explained": [asdict(each) for each in found.explained],
        "sendings": [_sending_json(each) for each in found.sendings],
        "audit": [told(row) for row in found.rows],
        "head": asdict(found.head),
        "broken": asdict(found.broken) if found.broken else None,
    }


def body_told(body: Body) -> object:
    """Give what a body says; None once it was purged."""
    return None if body.content is None else read(body.content)


def _sending_json(sending: Sending) -> dict[str, object]:
    facts = asdict(sending.operation)
    del facts["payload"]
    return {
        **facts,
        "attempts": [asdict(each) for each in sending.attempts],
        "bodies": [{**asdict(each), "content": body_told(each)} for each in sending.bodies],
    }


def _the_one(bridge: Bridge, name: str, flow: str | None) -> tuple[Flow, str]:
    named = (_identity(row) for row in bridge.state.audit_rows(document=name, flow=known_flow(flow) if flow else None))
    found = [(each, key) for each, key in dict.fromkeys(named) if each in KINDS and key]
    # The voucher of a bill is the key of its payments.
    wanted = [each for each in found if each[0] != "payments"] or found
    exact = [each for each in wanted if each[1] == name] or wanted
    if len(exact) == 1:
        return known_flow(exact[0][0]), exact[0][1]
    if found:
        keys = ", ".join(f"{key} ({each})" for each, key in exact)
        raise AuditError(f"{name!r} means several documents; name one by its key, or its --flow: {keys}")
    raise AuditError(f"nothing is known of {name!r}; `gp-cin7 audit` lists what was done, `gp-cin7 held` what waits")


def _identity(row: AuditRow) -> tuple[str, str]:
    return row.flow, row.cin7_id if row.flow in INTO_GP else row.gp_key
