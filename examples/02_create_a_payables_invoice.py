"""Create one payables invoice, over SBA or over SOAP, and never twice.

With your own GP:  DYNAMICSGP_SBA_URL=… (or DYNAMICSGP_SOAP_URL=…) and the rest, as in the first example
Without any:       python examples/02_create_a_payables_invoice.py --sandbox
"""

from __future__ import annotations

import datetime as dt
import sys
from decimal import Decimal

from dynamicsgp_client import BasicAuth, Distribution, DistributionType, DynamicsGP, GPError, PayablesDocument

AMOUNT = Decimal("65.44")


def invoice(voucher_number: str, document_number: str) -> PayablesDocument:
    """Make the document; debits and credits must agree, and their sum with the total."""
    return PayablesDocument(
        voucher_number=voucher_number,
        vendor_id="SERVICES001",
        document_number=document_number,
        document_date=dt.date(2026, 11, 2),
        batch_id="EXAMPLE",
        purchases_amount=AMOUNT,
        document_amount=AMOUNT,
        distributions=(
            Distribution(account_number="000-1300-00", type=DistributionType.PURCHASE, debit_amount=AMOUNT),
            Distribution(account_number="000-2100-00", type=DistributionType.PAYABLE, credit_amount=AMOUNT),
        ),
    )


def create(gp: DynamicsGP, document: PayablesDocument) -> PayablesDocument:
    """Create it; after a lost answer look by its number, which GP takes only once."""
    try:
        return gp.payables.create(document)
    except GPError as error:
        found = gp.payables.find(document.voucher_number) if error.may_have_happened else None
        if found is None:
            raise
        return found


def show(where: str, stored: PayablesDocument) -> None:
    """Print what GP holds; `Work` means saved and not posted."""
    print(f"{where}: {stored.voucher_number} {stored.document_amount} {stored.transaction_state}")


def main() -> None:
    """Choose the company; the one of the sandbox loses the answer to each invoice."""
    if "--sandbox" not in sys.argv[1:]:
        with DynamicsGP.from_env() as gp:
            show("GP", create(gp, invoice("EXAMPLE0000000001", "EX-1")))
        return
    from dynamicsgp_client.testing import FakeGP

    company = FakeGP(seed="demo")
    root = "http://127.0.0.1"
    auth = BasicAuth("sandbox", "none")
    clients = {
        "SBA": DynamicsGP(f"{root}/GPService", company=company.company, auth=auth, transport=company.adapter()),
        "SOAP": DynamicsGP(
            soap_url=f"{root}/DynamicsGPWebServices/DynamicsGPService.asmx",
            company=company.company,
            auth=auth,
            transport=company.adapter(),
        ),
    }
    for number, (name, gp) in enumerate(clients.items(), start=1):
        company.fail_next("lost_answer", match="POST .*(Payables|asmx)")
        with gp:
            show(name, create(gp, invoice(f"EXAMPLE000000000{number}", f"EX-{number}")))
    print(f"vouchers in GP: {len(company.sql('SELECT * FROM PM10000'))}")


if __name__ == "__main__":
    try:
        main()
    except GPError as error:
        sys.exit(f"{error}\nWithout a GP of your own: python {sys.argv[0]} --sandbox")
