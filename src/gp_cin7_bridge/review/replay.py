"""Run again what was held or failed, once its cause is gone."""

from __future__ import annotations

from collections.abc import Collection

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import QueueError
from gp_cin7_bridge.plan import Report
from gp_cin7_bridge.progress import Watcher, nobody
from gp_cin7_bridge.review.queue import waiting
from gp_cin7_bridge.sync import FLOWS, sync


def replay(
    bridge: Bridge,
    documents: Collection[str] | None = None,
    *,
    flow: str | None = None,
    reason: str | None = None,
    watch: Watcher = nobody,
) -> tuple[Report, ...]:
    """Look again at documents of the queue, now, and carry those whose cause is gone.

    Args:
        bridge: the open connection.
        documents: names or keys; default all that wait.
        flow: only of this flow.
        reason: only those that are held for this code.
        watch: is told how far it is.

    Returns:
        one report for each flow that has any.

    Raises:
        QueueError: a named document does not wait; names those.
        WriterBusyError: another process writes for this company.
        GPError, Cin7Error: a system could not be read.
    """
    records = waiting(bridge, flow=flow, code=reason)
    if documents is not None:
        names = {name for each in records for name in (each.document, each.record_key)}
        if unknown := [each for each in documents if each not in names]:
            raise QueueError(
                f"not waiting: {', '.join(map(repr, unknown))}; `gp-cin7 held` lists what is, and a skipped document"
                " is taken back with `gp-cin7 skip DOCUMENT --undo`"
            )
        records = [each for each in records if each.document in documents or each.record_key in documents]
    keys = {name: [each.record_key for each in records if each.flow == name] for name in FLOWS}
    return tuple(sync(bridge, name, only=wanted, watch=watch) for name, wanted in keys.items() if wanted)
