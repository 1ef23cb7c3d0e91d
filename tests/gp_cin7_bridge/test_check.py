"""`check` breaks each thing that a run needs and finds it named, with its cure."""

from __future__ import annotations

from cin7core_client import Webhook
from gp_cin7_bridge import Bridge
from gp_cin7_bridge.review.check import Finding, Mark, check
from gp_cin7_bridge.sandbox.simulators import Simulators


def found(simulators: Simulators, subject: str) -> Finding:
    with Bridge.open(simulators.settings) as bridge:
        return next(each for each in check(bridge) if each.subject == subject)


def change(simulators: Simulators, old: str, new: str) -> None:
    text = simulators.settings.read_text("utf-8")
    assert old in text
    simulators.settings.write_text(text.replace(old, new), "utf-8")


def test_terms_and_tax_rules_that_cin7_lacks_are_named(simulators: Simulators) -> None:
    change(
        simulators, "[vendors]\n", '[vendors]\npayment_terms = { "N30" = "Never" }\ntax_rules = { "A" = "Nothing" }\n'
    )
    for subject, name in (("mapped payment term", "'Never'"), ("mapped tax rule", "'Nothing'")):
        finding = found(simulators, subject)
        assert finding.mark == Mark.FAILED and name in finding.text and "bridge.toml" in finding.cure


def test_a_secret_that_others_may_read_is_named(simulators: Simulators) -> None:
    (simulators.folder / "secrets" / "gp_password").chmod(0o644)
    finding = found(simulators, "secret file")
    assert finding.mark == Mark.WARNING and "chmod 600" in finding.cure


def test_webhooks_that_deliver_nothing_are_named(simulators: Simulators) -> None:
    assert found(simulators, "webhooks").mark == Mark.OK
    with Bridge.open(simulators.settings) as bridge:
        bridge.cin7.webhooks.create(
            Webhook(
                type="Purchase/InvoiceAuthorised",
                is_active=False,
                external_url="https://bridge.example/hook",
                external_authorization_type="noauth",
            )
        )
    finding = found(simulators, "webhooks")
    assert finding.mark == Mark.WARNING and "Purchase/InvoiceAuthorised" in finding.text and finding.cure
