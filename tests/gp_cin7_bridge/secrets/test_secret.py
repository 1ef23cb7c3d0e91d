"""A secret in memory shows itself to nobody who does not ask for it by name."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import traceback

import pytest
from attrs import asdict, frozen

from gp_cin7_bridge.secret import Secret
from gp_cin7_bridge.state.audit import redacted
from gp_cin7_bridge.state.encryption import Key

TEXT = "hunter2-canary"


@frozen
class Holder:
    held: Secret


def fails(secret: Secret) -> None:
    raise ValueError(secret)


def raised_with(secret: Secret) -> str:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 — what it says is what is looked at
        fails(secret)
    return "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())


SHOWINGS = {
    "repr": repr,
    "str": str,
    "format": lambda secret: f"{secret} {secret!r} {secret!s:>40} {secret:>10} %s" % secret,
    "container": lambda secret: repr([secret, {"key": secret}, Holder(secret)]),
    "attributes": lambda secret: repr([getattr(secret, name, None) for name in dir(secret)]),
    "asdict": lambda secret: repr(asdict(Holder(secret))),
    "exception": raised_with,
    "json by str": lambda secret: json.dumps({"key": secret}, default=str),
    "audit": lambda secret: json.dumps(redacted({"after": [secret]})),
    "copy": lambda secret: repr(copy.deepcopy({"key": copy.copy(secret)})),
    "key": lambda secret: repr(Key.new()) + repr(vars(Key.new())),
}


@pytest.mark.parametrize("way", SHOWINGS)
def test_no_way_of_showing_a_secret_reveals_it(way: str) -> None:
    shown = SHOWINGS[way](Secret(TEXT))
    assert TEXT not in shown and "hunter2" not in shown


def test_a_log_at_debug_does_not_reveal_it(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").debug("key %s %r", Secret(TEXT), Secret(TEXT), extra={"key": Secret(TEXT)})
    assert TEXT not in caplog.text + repr([vars(record) for record in caplog.records])


@pytest.mark.parametrize(
    "leak", [pickle.dumps, json.dumps, hash, vars, len, list, lambda secret: setattr(secret, "reveal", None)]
)
def test_what_could_carry_it_elsewhere_is_refused(leak: object) -> None:
    with pytest.raises((TypeError, AttributeError)) as caught:
        leak(Secret(TEXT))  # type: ignore[operator]
    assert TEXT not in str(caught.value)


def test_it_is_revealed_when_asked_and_equal_to_its_like() -> None:
    assert Secret(TEXT).reveal() == TEXT
    assert Secret(TEXT) == Secret(TEXT)
    assert Secret(TEXT) != Secret("other") and Secret(TEXT) != TEXT
