"""Every detail of SBA's wire format that Microsoft has not published, as one value that a site can correct."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final, Literal

from attrs import field, frozen

EXTENSIONS: Final[Mapping[str, str]] = {
    "accounts": "Extensions/Financials/Accounts",
    "fiscal_periods": "Extensions/Administration/FiscalPeriods",
    "batches": "Extensions/System/Batches",
    "tax_details": "Extensions/Administration/TaxDetails",
    "payables_setup": "Extensions/Purchasing/PayablesSetup",
}


def _read_only(paths: Mapping[str, str]) -> Mapping[str, str]:
    return dict(paths)


@frozen(kw_only=True)
class SbaProfile:
    """The wire format of one site. Every default is unverified.

    Attributes:
        product_segment: a segment between company and series, such as "Dynamics"; "" for none.
        payload_key: the key that wraps a POST or PATCH body; "" for none.
        list_key: the key that wraps a list; "" when the list is a bare array.
        key_separator: joins the parts of a compound key.
        top_parameter, skip_parameter, filter_parameter: names in the query string.
        page_size: rows a page.
        date_format: how dates are written.
        encode_parentheses: write the parentheses around keys as %28 and %29; those inside a key always are.
        space_as_plus: write a space as + instead of %20.
        company_segment: the company as it stands in the path, escaped by hand; "" to escape the display name.
        extension_paths: where a site's own services offer what core SBA lacks; "" for "not offered".
    """

    product_segment: str = ""
    payload_key: str = "Payload"
    list_key: str = ""
    key_separator: str = ";"
    top_parameter: str = "top"
    skip_parameter: str = "skip"
    filter_parameter: str = "filter"
    page_size: int = 100
    date_format: Literal["iso_midnight", "iso_day"] = "iso_midnight"
    encode_parentheses: bool = False
    space_as_plus: bool = False
    company_segment: str = ""
    extension_paths: Mapping[str, str] = field(factory=lambda: dict(EXTENSIONS), converter=_read_only)

    def written_date(self, day: dt.date) -> str:
        """Write a calendar date into a body."""
        return f"{day:%Y-%m-%d}T00:00:00" if self.date_format == "iso_midnight" else f"{day:%Y-%m-%d}"
