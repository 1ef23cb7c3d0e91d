"""GP's chart of accounts: what an account must be to take an entry, and whether the whole account map stands on it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from attrs import define

from dynamicsgp_client import Account, AccountType
from gp_cin7_bridge.mapping.accounts import AccountMap
from gp_cin7_bridge.reasons import Reason, reason


@define(frozen=True, slots=False)
class Chart:
    """GP's chart of accounts.

    Attributes:
        accounts: by the number that users type; None when the chart cannot be read, and then GP itself is the judge.
        segment_lengths: characters of each segment; none when GP does not tell.
    """

    accounts: Mapping[str, Account] | None = None
    segment_lengths: tuple[int, ...] = ()

    @cached_property
    def _by_index(self) -> dict[int, str]:
        return {each.account_index: number for number, each in (self.accounts or {}).items() if each.account_index}

    def number_of(self, account_index: int) -> str | None:
        """Give the number of the account that a vendor's or item's index means."""
        return self._by_index.get(account_index)

    def problems(self, code: str, number: str, *, currency_id: str | None = None) -> tuple[Reason, ...]:
        """Name what keeps GP from taking an entry on an account.

        Args:
            code: what was mapped to it, for the message.
            number: the account.
            currency_id: of a document in a foreign currency, which the account must allow where GP tells.
        """
        facts = {"account": number, "cin7_account": code}
        if self.accounts is None:
            return self._shape_problems(number, facts)
        account = self.accounts.get(number)
        if account is None:
            return (reason("account_missing_in_gp", **facts),)
        found = []
        if not account.active:
            found.append(reason("account_inactive", **facts))
        if not account.allow_account_entry:
            found.append(reason("account_no_entry", **facts))
        if account.account_type != AccountType.POSTING:
            found.append(reason("account_not_posting", **facts))
        if currency_id and account.currency_ids and currency_id not in account.currency_ids:
            found.append(reason("account_currency", currency=currency_id, **facts))
        return tuple(found)

    def _shape_problems(self, number: str, facts: Mapping[str, str]) -> tuple[Reason, ...]:
        segments = re.split(r"[^0-9A-Za-z]+", number)
        lengths = tuple(map(len, segments))
        if not self.segment_lengths or lengths == self.segment_lengths[: len(lengths)]:
            return ()
        wanted = "-".join("x" * length for length in self.segment_lengths)
        return (reason("account_format", format=wanted, **facts),)

    def map_problems(self, accounts: AccountMap, *, payable: str | None = None) -> Iterator[Reason]:
        """Check the whole account map: every account that any line can give, and the payable account."""
        for pattern, earlier in accounts.shadowed():
            yield reason("account_line_shadowed", line=pattern, earlier=earlier)
        for pattern in accounts.lines:
            for number in accounts.targets(pattern):
                yield from self.entry_problems(pattern, number, payable)
        if accounts.default:
            yield from self.entry_problems("default", accounts.default, payable)
        if payable:
            yield from self.problems("payable", payable)

    def entry_problems(self, code: str, number: str, payable: str | None) -> Sequence[Reason]:
        """Name what is wrong with an account for purchases: the payable account itself must not be one."""
        own = (reason("account_is_payable", account=number, cin7_account=code),) if number == payable else ()
        return (*self.problems(code, number), *own)
