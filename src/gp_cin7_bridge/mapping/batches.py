"""The batch of a voucher: one kind and one posting date, its id built from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from attrs import frozen

from gp_cin7_bridge.templates import BATCH

# A batch is passed over for the next number when people have it in use; beyond so many something else is wrong.
MOST: Final = 50


@frozen
class BatchFacts:
    """A batch that stands in GP; `usable` says that nobody posts it or has marked it, and that it is single-use."""

    posting_date: dt.date | None
    usable: bool


def free_batch(first: str, date: dt.date, there: Mapping[str, BatchFacts] | None) -> str | None:
    """Give the first of `first`, `first-2`, `first-3` … that takes a voucher of this date; None when none does.

    A batch that someone marked, posts, made recurring or gave another date is left alone.
    """
    for number in range(1, MOST):
        suffix = f"-{number}" if number > 1 else ""
        name = first[: BATCH - len(suffix)] + suffix
        facts = (there or {}).get(name)
        if facts is None or (facts.usable and facts.posting_date in (None, date)):
            return name
    return None
