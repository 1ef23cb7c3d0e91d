"""A plan as a file: saved, shown and applied later, every figure digit by digit, refused when it is not whole."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from attrs import asdict
from pydantic import BaseModel, ValidationError

from cin7core_client import Product, PurchasePayment, Supplier
from dynamicsgp_client import Journal, PayablesDocument
from gp_cin7_bridge.documents import fields_of, read, written
from gp_cin7_bridge.errors import PlanError
from gp_cin7_bridge.plan import Action, Explained, Flow, Plan, Verb
from gp_cin7_bridge.reasons import Reason

FORMAT: Final = "gp-cin7 plan 1"
PAYLOADS: Final[Mapping[Flow, type[BaseModel]]] = MappingProxyType(
    {"vendors": Supplier, "items": Product, "receipts": Journal, "bills": PayablesDocument, "payments": PurchasePayment}
)


def save_plan(plan: Plan, path: str | Path) -> None:
    """Write a plan to a file that only its owner may read, whole or not at all.

    Raises:
        PlanError: the file cannot be written.
    """
    path = Path(path)
    new = path.with_name(f"{path.name}.new")
    facts = _facts(plan)
    try:
        new.touch(mode=0o600)
        new.write_text(written({"format": FORMAT, "sha256": _digest(facts), "plan": facts}) + "\n", "utf-8")
        new.replace(path)
    except OSError as error:
        raise PlanError(f"the plan cannot be written to {path}: {error.strerror}") from error


def load_plan(path: str | Path) -> Plan:
    """Read a plan that `save_plan` wrote.

    Raises:
        PlanError: there is no such file, it is no plan, only half of one, or it was edited.
    """
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError(f"the plan {path} cannot be read: {error}; save one with `gp-cin7 plan FLOW --save`") from error
    try:
        whole = read(text)
    except ValueError as error:
        raise PlanError(f"{path} is no plan, or only half of one ({error}); save the plan anew") from error
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise PlanError(f"{path} is no plan of this release; save the plan anew")
    facts = whole.get("plan")
    if not isinstance(facts, dict) or whole.get("sha256") != _digest(facts):
        raise PlanError(f"{path} was edited after it was saved; a plan is applied as it was made: save the plan anew")
    try:
        return _plan(facts)
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        raise PlanError(f"{path} cannot be understood by this release ({error}); save the plan anew") from error


def _digest(facts: object) -> str:
    return hashlib.sha256(written(facts).encode()).hexdigest()


def _facts(plan: Plan) -> dict[str, object]:
    actions = [
        {
            **asdict(action, recurse=False),
            "verb": str(action.verb),
            "payload": None if action.payload is None else fields_of(action.payload),
            "reasons": [asdict(each) for each in action.reasons],
            "explained": [asdict(each) for each in action.explained],
        }
        for action in plan
    ]
    return {**asdict(plan, recurse=False), "actions": actions}


def _plan(facts: dict[str, object]) -> Plan:
    made = Plan(**{**facts, "actions": ()})  # type: ignore[arg-type]  # the digest says that we wrote it
    payload = PAYLOADS[made.flow]
    actions = facts["actions"]
    if not isinstance(actions, list):
        raise TypeError("actions")
    return Plan(
        **{**facts, "actions": tuple(_action(each, payload) for each in actions)}  # type: ignore[arg-type]  # as above
    )


def _action(facts: dict[str, object], payload: type[BaseModel]) -> Action:
    read_back = {
        **facts,
        "verb": Verb(str(facts["verb"])),
        "payload": None if facts["payload"] is None else payload.model_validate(facts["payload"]),
        "reasons": tuple(Reason(**each) for each in facts["reasons"]),  # type: ignore[attr-defined]  # as above
        "explained": tuple(Explained(**each) for each in facts["explained"]),  # type: ignore[attr-defined]  # as above
    }
    return Action(**read_back)  # type: ignore[arg-type]  # as above
