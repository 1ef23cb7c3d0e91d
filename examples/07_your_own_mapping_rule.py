"""Let a rule of your own have the last word on a voucher; its result passes every check.

python examples/07_your_own_mapping_rule.py --sandbox
"""

from __future__ import annotations

import sys

from cin7core_client import Purchase, PurchaseCreditNote, PurchaseInvoice
from dynamicsgp_client import PayablesDocument
from gp_cin7_bridge import sync_bills


def describe(
    purchase: Purchase, part: PurchaseInvoice | PurchaseCreditNote, document: PayablesDocument
) -> PayablesDocument:
    """Put the location in front of the description; in bridge.toml: `[bills] rule = "your_module:describe"`."""
    return document.replace(description=f"{purchase.location or 'no location'} {document.document_number}"[:30])


def main() -> None:
    """Carry two bills with the rule."""
    if sys.argv[1:] != ["--sandbox"]:
        sys.exit(__doc__)
    from bills import two_bills

    rule = f"{'__main__' if __name__ == '__main__' else __name__}:describe"
    with two_bills({"bills": {"rule": rule}}) as sandbox:
        print(f"created: {', '.join(sync_bills(sandbox.bridge).created)}")
        for voucher in sandbox.bridge.gp.payables.list():
            described = sandbox.bridge.gp.payables.get(voucher.voucher_number).description
            print(f"{voucher.voucher_number} is described as: {described}")


if __name__ == "__main__":
    main()
