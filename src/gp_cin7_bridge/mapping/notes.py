"""What mapping finds on its way: reasons against the document, warnings, and the rule behind each figure."""

from __future__ import annotations

from attrs import define, field

from gp_cin7_bridge.plan import Explained
from gp_cin7_bridge.reasons import Reason, reason


@define
class Notes:
    """The notes on one document; every step adds its own, none stops the others."""

    reasons: list[Reason] = field(factory=list)
    warnings: list[Reason] = field(factory=list)
    explained: list[Explained] = field(factory=list)

    def hold(self, code: str, **facts: object) -> None:
        """Add a reason against the document."""
        self.reasons.append(reason(code, **facts))

    def warn(self, code: str, **facts: object) -> None:
        """Add a warning: it does not stop the document, and stands in its audit."""
        warning = reason(code, **facts)
        self.warnings.append(warning)
        self.explain("warning", code, str(warning))

    def explain(self, field: str, value: object, rule: str) -> None:
        """Say which rule made a figure or field."""
        self.explained.append(Explained(field, str(value), rule))
