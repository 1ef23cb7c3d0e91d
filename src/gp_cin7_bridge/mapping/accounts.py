"""Cin7 account codes to GP account numbers by an ordered map of codes, patterns and templates; and the way back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final, Literal

from attrs import Factory, frozen

from gp_cin7_bridge.reasons import Reason, reason
from gp_cin7_bridge.templates import fields_of

NoMatch = Literal["hold", "error", "source", "default"]
# In a lookup, for every value that has no line of its own.
ANY_VALUE: Final = "*"


@frozen
class MappedAccount:
    """A GP account and the line of the map that chose it."""

    account_number: str
    rule: str


@frozen
class Lookup:
    """A table that turns one attribute of a line into a segment; the value `*` stands for all others."""

    attribute: str
    values: Mapping[str, str]

    def find(self, attributes: Mapping[str, str]) -> str | None:
        """Find the segment; None when the table does not have the value."""
        value = attributes.get(self.attribute, "")
        return self.values.get(value, self.values.get(ANY_VALUE))


@frozen
class AccountMap:
    """An ordered map of codes and patterns (`5*`); the first that fits wins.

    Attributes:
        lines: code or pattern to GP account number, in order. The number may be a template over attributes of the line
            and lookups: `{dept}-5100-00`.
        default: the GP account for every other code, when `no_match` is "default".
        no_match: what becomes of a code that no line fits: `hold` its bill, `error` stops the whole run, `source` takes
            the code itself for the GP account number, `default` takes `default`.
        lookups: name to table, for templates.
    """

    lines: Mapping[str, str] = Factory(dict)
    default: str | None = None
    no_match: NoMatch | None = None
    lookups: Mapping[str, Lookup] = Factory(dict)

    @property
    def policy(self) -> NoMatch:
        """What becomes of a code that no line fits."""
        return self.no_match or ("default" if self.default else "hold")

    def line_for(self, code: str) -> str | None:
        """Give the pattern that wins for a code; None when only the policy is left."""
        return next((pattern for pattern in self.lines if fits(pattern, code)), None)

    def find(self, code: str, attributes: Mapping[str, str] | None = None) -> MappedAccount | Reason:
        """Find the GP account of a code, for a line with these attributes; or the reason why there is none."""
        pattern = self.line_for(code)
        if pattern is None:
            return self._unmatched(code)
        template = self.lines[pattern]
        rule = f"[accounts.map] {pattern!r} -> {template!r}"
        if "{" not in template:
            return MappedAccount(template, rule)
        return self._filled(code, template, rule, {**(attributes or {}), "code": code})

    def _unmatched(self, code: str) -> MappedAccount | Reason:
        if self.policy == "source":
            return MappedAccount(code, '[accounts] no_match = "source": the code itself')
        if self.policy == "default" and self.default:
            return MappedAccount(self.default, f"[accounts] default -> {self.default!r}")
        return reason("account_unmapped", account=code)

    def _filled(self, code: str, template: str, rule: str, attributes: Mapping[str, str]) -> MappedAccount | Reason:
        values = {}
        for name in fields_of(template):
            lookup = self.lookups.get(name)
            value = lookup.find(attributes) if lookup else attributes.get(name)
            if not value:
                source = lookup.attribute if lookup else name
                given = attributes.get(source, "")
                return reason(
                    "account_template", account=code, template=template, field=name, source=source, value=given
                )
            values[name] = value
        filled = template.format_map(values)
        told = ", ".join(f"{name} = {value!r}" for name, value in values.items())
        return MappedAccount(filled, f"{rule}, {told}: {filled}")

    def needs(self) -> frozenset[str]:
        """Name the attributes that templates read."""
        names = {name for template in self.lines.values() for name in fields_of(template)}
        return frozenset(self.lookups[name].attribute if name in self.lookups else name for name in names)

    def targets(self, pattern: str) -> tuple[str, ...]:
        """Give every account number that a line can give; none when its template reads an attribute freely."""
        template = self.lines[pattern]
        names = fields_of(template)
        if not all(name in self.lookups or (name == "code" and not is_pattern(pattern)) for name in names):
            return ()
        found = [template]
        for name in names:
            values = self.lookups[name].values.values() if name in self.lookups else [pattern]
            found = [each.replace(f"{{{name}}}", value) for each in found for value in dict.fromkeys(values)]
        return tuple(found)

    def shadowed(self) -> Iterator[tuple[str, str]]:
        """Give each line that can never win with the earlier one that takes its place."""
        seen: list[str] = []
        for pattern in self.lines:
            # Something that the pattern stands for, longer than any row of single marks.
            example = pattern.replace("*", "\0" * 75).replace("?", "\0")
            if earlier := next((each for each in seen if fits(each, example)), None):
                yield pattern, earlier
            seen.append(pattern)

    def codes(self, cin7_codes: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Give the Cin7 codes that lead to each GP account, the winner first: by the order of the lines, then of codes.

        Lines whose account follows from a line's attributes have no way back.
        """
        every, one_way = tuple(cin7_codes), set(self.one_way())
        found: dict[str, list[str]] = {}
        for pattern in self.lines:
            if pattern in one_way:
                continue
            matched = [code for code in every if self.line_for(code) == pattern]
            if not is_pattern(pattern) and pattern not in matched:
                matched.append(pattern)
            for code in matched:
                account = self.find(code)
                if isinstance(account, MappedAccount):
                    found.setdefault(account.account_number, []).append(code)
        return {number: tuple(dict.fromkeys(codes)) for number, codes in found.items()}

    def one_way(self) -> Iterator[str]:
        """Give each line whose account follows from a line's attributes."""
        return (pattern for pattern, template in self.lines.items() if set(fields_of(template)) - {"code"})


def fits(pattern: str, code: str) -> bool:
    """Tell whether a line's code or pattern fits a code."""
    return pattern == code or fnmatchcase(code, pattern)


def is_pattern(text: str) -> bool:
    """Tell a pattern from a code."""
    return any(mark in text for mark in "*?[")
