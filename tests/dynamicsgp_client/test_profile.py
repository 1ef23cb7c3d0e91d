"""SbaProfile: every unverified detail can be corrected, and one page lists them all."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import attrs
import pytest

from dynamicsgp_client import (
    BasicAuth,
    ConfigurationError,
    Distribution,
    DynamicsGP,
    NotFoundError,
    PayablesDocument,
    SbaProfile,
    SoapProfile,
    Vendor,
)
from dynamicsgp_client.testing import FakeGP

OTHERS = [
    SbaProfile(product_segment="Dynamics"),
    SbaProfile(payload_key="", list_key="Items", key_separator=","),
    SbaProfile(field_names="column", date_format="wcf"),
    SbaProfile(field_names="display", date_format="iso_day"),
    SbaProfile(payables_key="type;voucher", filter_parameter=""),
    SbaProfile(top_parameter="$top", skip_parameter="$skip", filter_parameter="$filter", page_size=3, accept=""),
    SbaProfile(encode_parentheses=True, space_as_plus=True),
    SbaProfile(company_segment="Fabrikam%2C%20Inc."),
    SbaProfile(paths={"vendors": "Purchasing/Suppliers"}, extension_paths={"accounts": "Partner/Accounts"}),
]


@pytest.mark.parametrize("profile", OTHERS, ids=lambda profile: "-".join(changed(profile)))
def test_a_site_that_differs_is_met_by_its_profile(profile: SbaProfile) -> None:
    company = FakeGP(seed="empty", profile=profile)
    with client_of(company, profile) as gp:
        for number in range(4):
            gp.vendors.create(Vendor(vendor_id=f"V{number}", vendor_name="New", city="Here"))
        assert gp.vendors.update(Vendor(vendor_id="V1", vendor_name="Newer")).city == "Here"
        day = company.today()
        assert [each.vendor_id for each in gp.vendors.list(modified_since=day)] == ["V0", "V1", "V2", "V3"]
        assert gp.vendors.list(modified_since=day + dt.timedelta(days=1)).first() is None
        assert gp.payables.create(bill()).document_date == dt.date(2026, 3, 1)
        assert gp.payables.get("C7V1").distributions == bill().distributions
        assert gp.payables.find("NOTHING") is None
        assert gp.accounts.get("000-1300-00").active
    company.close()


def changed(profile: SbaProfile) -> list[str]:
    return [name for name, value in attrs.asdict(profile).items() if value != getattr(SbaProfile(), name)]


def client_of(company: FakeGP, profile: SbaProfile, **switches: object) -> DynamicsGP:
    return DynamicsGP(
        "http://127.0.0.1/GPService",
        company=company.company,
        auth=BasicAuth("u", "p"),
        profile=profile,
        transport=company.adapter(),
        **switches,  # type: ignore[arg-type]  # as given
    )


def bill() -> PayablesDocument:
    return PayablesDocument(
        voucher_number="C7V1",
        vendor_id="V1",
        document_number="INV-1",
        document_date=dt.date(2026, 3, 1),
        document_type=5,  # type: ignore[arg-type]  # pydantic makes it one
        batch_id="C7TEST",
        purchases_amount=Decimal(10),
        document_amount=Decimal(10),
        distributions=(
            Distribution(account_number="000-1300-00", type=6, credit_amount=Decimal(10)),  # type: ignore[arg-type]
            Distribution(account_number="000-2100-00", type=2, debit_amount=Decimal(10)),  # type: ignore[arg-type]
        ),
    )


def test_a_resource_without_a_path_is_not_offered() -> None:
    company = FakeGP(seed="empty")
    with client_of(company, SbaProfile(paths={"checkbooks": ""})) as gp:
        assert "list" not in gp.capabilities()["checkbooks"]
        with pytest.raises(NotFoundError, match="can list checkbooks"):
            gp.checkbooks.list().first()
    company.close()


@pytest.mark.parametrize(
    ("switch", "cure"),
    [
        ({"paths": {"vendor": "X"}}, "paths has no vendor; it has vendors"),
        ({"extension_paths": {"vendors": "X"}}, "extension_paths has no vendors; it has accounts"),
        ({"page_size": 0}, "page_size is 0; it is at least 1"),
    ],
)
def test_a_profile_that_cannot_be_is_refused(switch: dict[str, object], cure: str) -> None:
    with pytest.raises(ConfigurationError, match=cure):
        SbaProfile(**switch)  # type: ignore[arg-type]  # the point of the test


@pytest.mark.parametrize(("page", "profile"), [("SbaProfile", SbaProfile()), ("SoapProfile", SoapProfile())])
def test_the_page_lists_each_value_with_its_default_and_how_to_verify_it(
    repository: Path, page: str, profile: SbaProfile | SoapProfile
) -> None:
    text = (repository / "docs" / "dynamicsgp-profile.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| `(.*?)` \| .{10,} \|$", section(text, page), re.MULTILINE))
    assert rows == {
        name: repr(value) for name, value in attrs.asdict(profile, recurse=False).items() if "paths" not in name
    }
    if isinstance(profile, SbaProfile):
        paths = dict(re.findall(r"^\| `(\w+)` \| `([\w/]+)` \|", section(text, "Paths"), re.MULTILINE))
        assert paths == {**profile.paths, **profile.extension_paths}


def section(page: str, title: str) -> str:
    return re.split("\n##+ ", page.partition(f"# {title}\n")[2])[0]
