"""The batch of a voucher: one kind and one posting date, its id built from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from attrs import frozen

from gp_cin7_bridge.templates import BATCH

# A batch is passed over for the next number when it is full or in use; two digits tell them apart.
MOST: Final = 99


@frozen
class BatchFacts:
    """A batch that stands in GP; `usable` says that nobody posts it or has marked it, and that it is single-use."""

    posting_date: dt.date | None
    usable: bool
    documents: int = 0


def free_batch(
    first: str,
    date: dt.date,
    there: Mapping[str, BatchFacts] | None,
    *,
    size: int | None = None,
    filled: Mapping[str, int] = MappingProxyType({}),
) -> str | None:
    """Give the first batch that takes a voucher of this date: `first`, `first-02`, `first-03` …; None when none does.

    A batch that someone marked, posts, made recurring or gave another date is left alone. With a size the ids are
    `first-01`, `first-02` …, and a batch that is full is left alone too.

    Args:
        first: the id without a number.
        date: the posting date.
        there: what stands in GP; None when GP cannot tell.
        size: how many vouchers a batch takes; None for any number.
        filled: how many vouchers each batch has, as far as is known.
    """
    for number in range(1, MOST + 1):
        suffix = f"-{number:02}" if number > 1 or size else ""
        name = first[: BATCH - len(suffix)] + suffix
        facts = (there or {}).get(name)
        full = size is not None and filled.get(name, 0) >= size
        if not full and (facts is None or (facts.usable and facts.posting_date in (None, date))):
            return name
    return None
