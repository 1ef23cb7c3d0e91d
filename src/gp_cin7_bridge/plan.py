"""A plan: what would be written and why, as plain data. Reading it changes nothing anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Literal

from attrs import Factory, evolve, field, frozen
from pydantic import BaseModel

from gp_cin7_bridge.meter import Calls
from gp_cin7_bridge.reasons import SKIPPED, Reason

Flow = Literal["vendors", "items", "receipts", "bills", "payments"]


class Verb(StrEnum):
    """What happens to a document."""

    CREATE = "create"
    UPDATE = "update"
    HOLD = "hold"
    SKIP = "skip"


def verb_against(reasons: tuple[Reason, ...]) -> Verb:
    """Tell whether reasons against a document hold it, or pass it over."""
    return Verb.SKIP if all(each.code in SKIPPED for each in reasons) else Verb.HOLD


@frozen
class Explained:
    """One figure or field of a document and the rule that made it."""

    field: str
    value: str
    rule: str


def revision_in(details: Mapping[str, object]) -> int:
    """Give which time a document is sent anew, from what an action or a link remembers; 0 for the first."""
    found = details.get("revision", 0)
    return found if isinstance(found, int) else 0


@frozen(kw_only=True)
class Action:
    """One document and what is to be done with it.

    Attributes:
        document: the name people know it by (vendor id, item number, invoice number).
        key: the key on the receiving side: voucher number, SKU, supplier name.
        source_id: the identity on the giving side, stable over renames.
        source_hash: of what matters in the giving side's record, whatever the mapping makes of it.
        content_hash: what the link remembers once it is carried, to tell a change from noise.
        payload: the document to send; None for hold and skip.
        before, after: what the receiving side has and would have, field by field.
        details: what the link remembers beside the hashes once it is carried, as JSON has it: texts, lists, mappings.
        proposal: the hash of what is done only once a person approves it; "" where nobody is asked.
        follows: the source id of another document of the flow that must be carried before this one.
        vendor: GP's id of the vendor whose document it is; "" where it has none or none is known.
    """

    flow: Flow
    verb: Verb
    document: str
    key: str
    source_id: str
    source_hash: str = ""
    content_hash: str = ""
    payload: BaseModel | None = None
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None
    reasons: tuple[Reason, ...] = ()
    explained: tuple[Explained, ...] = ()
    summary: str = ""
    details: Mapping[str, object] = Factory(dict)
    vendor: str = ""
    proposal: str = ""
    follows: str = ""

    def __str__(self) -> str:
        tail = self.summary or " ".join(str(each) for each in self.reasons)
        return f"{self.verb} {self.document}{f' -> {tail}' if tail else ''}"


def _keys(told: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if told is None else tuple(told)


@frozen(kw_only=True)
class Plan:
    """The actions of one flow, in the order in which they would be applied.

    Attributes:
        actions: a tuple, or read from a temporary file one by one where there are many.
        cursors: what to remember once every action is settled, so that the next plan reads only what is newer.
        missed: keys that were carried and that GP's whole list did not have; None when not the whole list was read.
        since: where those cursors stood when the plan was made; they move only from there.
        connection, gp_company, cin7_account_id: whose plan it is; it can be applied nowhere else.
        made_at: when it was made, an ISO text in UTC.
    """

    flow: Flow
    actions: Sequence[Action]
    cursors: Mapping[str, str] = Factory(dict)
    missed: tuple[str, ...] | None = field(default=None, converter=_keys)
    since: Mapping[str, str | None] = Factory(dict)
    connection: str = ""
    gp_company: str = ""
    cin7_account_id: str = ""
    made_at: str = ""

    def __iter__(self) -> Iterator[Action]:
        return iter(self.actions)

    def __len__(self) -> int:
        return len(self.actions)

    def only(self, documents: Collection[str]) -> Plan:
        """Keep the actions of some documents, by name, key or source id; the others are left to a later plan."""
        kept = (each for each in self if not {each.document, each.key, each.source_id}.isdisjoint(documents))
        return evolve(self, actions=tuple(kept), cursors={}, missed=None)

    def counts(self) -> Counter[str]:
        """How many actions there are of each verb."""
        return Counter(str(action.verb) for action in self.actions)


@frozen
class HeldDocument:
    """A document that waits for a person, with every reason at once."""

    document: str
    reasons: tuple[Reason, ...]


@frozen
class SkippedDocument:
    """A document that is passed over on purpose; nobody has to do anything."""

    document: str
    reasons: tuple[Reason, ...]


@frozen
class FailedDocument:
    """A document whose outcome is open or refused by the other system; `error` names the call."""

    document: str
    error: str


@frozen(kw_only=True)
class Report:
    """What a run of one flow did, and how many calls it took, those of reading included.

    Each list is a tuple, or read from a temporary file where it is long.
    """

    flow: Flow
    created: Sequence[str] = ()
    updated: Sequence[str] = ()
    unchanged: Sequence[str] = ()
    held: Sequence[HeldDocument] = ()
    skipped: Sequence[SkippedDocument] = ()
    failed: Sequence[FailedDocument] = ()
    stopped: str | None = None
    calls: Calls = Factory(Calls)

    @property
    def finished(self) -> bool:
        """Whether every action was settled."""
        return not self.failed and self.stopped is None
