"""A supplier's rows, when GP's are laid over them: each row that was carried is found again, so that none piles up.

Cin7 Core changes a row whose id is sent and adds one that comes without. Rows that people added stay.
"""

from __future__ import annotations

from collections.abc import Mapping

from cin7core_client import Supplier, SupplierAddress, SupplierContact
from gp_cin7_bridge.mapping.masters.supplier import ON_HOLD


def carried_rows(draft: Supplier) -> dict[str, object]:
    """Give what to remember of a draft, so that its rows are found again when they change."""
    contact = draft.contacts[0].name if draft.contacts else ""
    return {"addresses": {str(each.type): each.line1 or "" for each in draft.addresses}, "contact": contact or ""}


def merged_addresses(
    there: tuple[SupplierAddress, ...], wanted: tuple[SupplierAddress, ...], carried: Mapping[str, object]
) -> tuple[SupplierAddress, ...]:
    """Lay addresses over those of their type: the one that was carried, else the default one, else the first."""
    lines = carried.get("addresses")
    before = lines if isinstance(lines, dict) else {}
    rest, merged = list(there), []
    for address in wanted:
        alike = [each for each in rest if each.type == address.type]
        told = before.get(address.type)
        same = (
            next((each for each in alike if told and each.line1 == told), None)
            or next((each for each in alike if each.default_for_type), None)
            or next(iter(alike), None)
        )
        if same is None:
            merged.append(address)
        else:
            rest.remove(same)
            merged.append(same.replace(**{name: getattr(address, name) for name in address.model_fields_set}))
    return (*merged, *rest)


def merged_contacts(
    there: tuple[SupplierContact, ...], wanted: tuple[SupplierContact, ...], carried: Mapping[str, object]
) -> tuple[SupplierContact, ...]:
    """Lay the contact over the one that was carried, else over the one of its name."""
    rest, merged = list(there), []
    for contact in wanted:
        names = [name for name in (carried.get("contact"), contact.name) if name]
        same = next((each for name in names for each in rest if each.name == name), None)
        if same is None:
            merged.append(contact)
        else:
            rest.remove(same)
            merged.append(same.replace(**{name: getattr(contact, name) for name in contact.model_fields_set}))
    return (*merged, *rest)


def merged_comments(there: str | None, *, on_hold: bool) -> str:
    """Put the note of GP's hold before what people wrote, or take it away; their words stay."""
    own = [line for line in (there or "").splitlines() if line.strip() != ON_HOLD]
    return "\n".join([*([ON_HOLD] if on_hold else []), *own])
