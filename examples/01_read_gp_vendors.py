"""Read the vendors that GP changed this year.

With your own GP:  DYNAMICSGP_SBA_URL=… DYNAMICSGP_COMPANY=… DYNAMICSGP_USERNAME=… DYNAMICSGP_PASSWORD=… \
                   python examples/01_read_gp_vendors.py
Without any:       python examples/01_read_gp_vendors.py --sandbox
"""

from __future__ import annotations

import datetime as dt
import sys

from dynamicsgp_client import BasicAuth, DynamicsGP, GPError


def read(gp: DynamicsGP) -> None:
    """Print them; pages are read as the loop goes on."""
    for vendor in gp.vendors.list(modified_since=dt.date(2026, 1, 1)):
        print(vendor.vendor_id, vendor.vendor_name, vendor.payment_terms_id or "-", vendor.currency_id)


def main() -> None:
    """Choose the company."""
    if "--sandbox" not in sys.argv[1:]:
        with DynamicsGP.from_env() as gp:
            return read(gp)
    from dynamicsgp_client.testing import FakeGP

    company = FakeGP(seed="demo")
    with DynamicsGP(
        "http://127.0.0.1/GPService",
        company=company.company,
        auth=BasicAuth("sandbox", "none"),
        transport=company.adapter(),
    ) as gp:
        return read(gp)


if __name__ == "__main__":
    try:
        main()
    except GPError as error:
        sys.exit(f"{error}\nWithout a GP of your own: python {sys.argv[0]} --sandbox")
