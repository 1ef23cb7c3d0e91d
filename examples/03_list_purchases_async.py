"""List Cin7 Core purchases with their invoices, asynchronously; several are read at once, within the limit.

With your own account:  CIN7CORE_ACCOUNT_ID=… CIN7CORE_APPLICATION_KEY=… python examples/03_list_purchases_async.py
Without any:            python examples/03_list_purchases_async.py --sandbox
"""

from __future__ import annotations

import asyncio
import sys

from cin7core_client import ApiKey, AsyncCin7Core, Cin7Error


async def show(cin7: AsyncCin7Core) -> None:
    """Print each purchase with what its supplier billed."""
    rows = [row async for row in cin7.purchases.list()]
    for purchase in await asyncio.gather(*(cin7.purchases.get(row.purchase_id) for row in rows)):
        print(purchase.order_number, purchase.supplier)
        for invoice in purchase.invoices:
            print("  ", invoice.invoice_number, invoice.status, invoice.total)


async def main() -> None:
    """Choose the account."""
    if "--sandbox" not in sys.argv[1:]:
        async with AsyncCin7Core.from_env() as cin7:
            await show(cin7)
        return
    from cin7core_client.testing import FakeCin7

    account = FakeCin7(seed="demo")
    key = ApiKey(account.account_id, account.application_key)
    async with AsyncCin7Core(key, transport=account.transport()) as cin7:
        await show(cin7)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except Cin7Error as error:
        sys.exit(f"{error}\nWithout an account of your own: python {sys.argv[0]} --sandbox")
