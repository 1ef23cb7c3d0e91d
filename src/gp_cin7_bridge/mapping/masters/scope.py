"""Which GP records are carried: by class, by id, and by flag; the rest is passed over, not held."""

from __future__ import annotations

from fnmatch import fnmatchcase

from attrs import frozen

from gp_cin7_bridge.reasons import Reason, reason
from gp_cin7_bridge.settings.masters import ScopeSettings


@frozen(kw_only=True)
class Scope:
    """Patterns such as `RETAIL` or `USA-*`, upper or lower case alike; no pattern at all lets everything through.

    Attributes:
        classes, not_classes: of GP's vendor or item class.
        ids, not_ids: of the vendor id or item number.
        inactive: whether inactive records are carried; one that was carried before is always followed.
    """

    classes: tuple[str, ...] = ()
    not_classes: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    not_ids: tuple[str, ...] = ()
    inactive: bool = True

    @classmethod
    def of(cls, settings: ScopeSettings) -> Scope:
        """Take what bridge.toml says."""
        return cls(**settings.model_dump(include=set(ScopeSettings.model_fields)))

    def against(self, key: str, class_id: str | None, *, inactive: bool) -> tuple[Reason, ...]:
        """Name what keeps a record out; nothing when it is to be carried."""
        found = []
        for value, wanted, unwanted, setting in (
            (class_id or "", self.classes, self.not_classes, "classes"),
            (key, self.ids, self.not_ids, "ids"),
        ):
            if (wanted and not _fits(value, wanted)) or _fits(value, unwanted):
                found.append(reason("out_of_scope", document=key, value=value or "(none)", setting=setting))
        if inactive and not self.inactive:
            found.append(reason("out_of_scope", document=key, value="inactive", setting="inactive"))
        return tuple(found)


def _fits(value: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(value.casefold(), pattern.casefold()) for pattern in patterns)
