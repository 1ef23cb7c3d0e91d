"""Where each cent goes: charges, taxes, rounding, signs."""

from __future__ import annotations

from decimal import Decimal

import pytest
from bill_parts import DETAIL, charge, codes, credit_note, explained, invoice, line, mapped, purchase, sums, warned

from gp_cin7_bridge.mapping.accounts import AccountMap
from gp_cin7_bridge.mapping.bills.charges import ChargeRule
from gp_cin7_bridge.mapping.bills.tax import TaxComponent, TaxRuleTreatment

CHARGES = (
    ChargeRule(to="freight", description="*freight*"),
    ChargeRule(to="miscellaneous", account="52*"),
    ChargeRule(to="trade_discount", tax_rule="T2?"),
)


@pytest.mark.parametrize(
    ("made", "field"),
    [
        (charge("7.50", description="Sea FREIGHT"), "freight_amount"),
        (charge("7.50", account="5200", description="Handling"), "miscellaneous_amount"),
        (charge("7.50", description="Insurance"), "purchases_amount"),
    ],
)
def test_a_charge_goes_where_the_first_rule_that_fits_sends_it(made: object, field: str) -> None:
    document = mapped(invoice(charges=(made,)), charges=CHARGES)  # type: ignore[arg-type]  # a charge
    assert getattr(document, field) == Decimal("7.50") == document.document_amount


def test_a_product_line_is_always_a_purchase() -> None:
    goods = line("7.50").replace(sku="freight", account="5200")
    assert mapped(invoice(goods), charges=CHARGES).purchases_amount == Decimal("7.50")


def test_a_negative_charge_can_be_a_trade_discount() -> None:
    part = invoice(line("100.00"), charges=(charge("-5.00", description="Early order"),))
    document = mapped(part, charges=CHARGES)
    found = (document.purchases_amount, document.trade_discount_amount, document.document_amount)
    assert found == (Decimal(100), Decimal(5), Decimal(95))
    (discount,) = [each for each in document.distributions if each.type == 7]
    assert (discount.account_number, discount.credit_amount) == ("000-5100-00", Decimal(5))


def test_a_service_purchase_has_only_charges() -> None:
    document = mapped(invoice(charges=(charge("60.00", "12.00"),)))
    assert (document.purchases_amount, document.tax_amount) == (Decimal(60), Decimal(12))


def test_a_line_discount_is_in_the_lines_total_already() -> None:
    goods = line("47.25").replace(quantity=12, price=Decimal("4.50"), discount=Decimal("12.5"))
    assert mapped(invoice(goods)).document_amount == Decimal("47.25")


def test_tax_of_one_rule_is_shared_by_its_components() -> None:
    two = TaxRuleTreatment(
        "detail",
        components=(TaxComponent("STATE", "A", Decimal(5)), TaxComponent("CITY", "B", Decimal("2.5"))),
    )
    document = mapped(invoice(line("10.01", "0.75")), taxes={"T20": two})
    assert [(each.tax_detail_id, each.tax_amount) for each in document.taxes] == [
        ("STATE", Decimal("0.50")),
        ("CITY", Decimal("0.25")),
    ]
    assert (sums(document)["A"], sums(document)["B"]) == (Decimal("0.50"), Decimal("0.25"))


def test_the_remainder_of_tax_goes_to_its_largest_detail() -> None:
    thirds = TaxRuleTreatment("detail", components=tuple(TaxComponent(name, name) for name in "ABC"))
    document = mapped(invoice(line("10.00", "0.10")), taxes={"T20": thirds})
    assert sorted(each.tax_amount for each in document.taxes) == [Decimal("0.03"), Decimal("0.03"), Decimal("0.04")]


def test_each_tax_detail_has_its_own_base_and_tells_freight_from_goods() -> None:
    part = invoice(line("10.00", "2.00"), line("30.00", "0", tax_rule="T0"), charges=(charge("5.00", "1.00"),))
    document = mapped(
        part, taxes={"T20": DETAIL}, default_treatment="capitalise", charges=(ChargeRule(to="freight", account="5100"),)
    )
    (tax,) = document.taxes
    assert (tax.tax_amount, tax.purchases_tax_amount, tax.freight_tax_amount) == (Decimal(3), Decimal(2), Decimal(1))
    assert tax.taxable_amount == Decimal(15)


def test_several_tax_schedules_on_one_bill_are_told() -> None:
    one, other = (TaxRuleTreatment("detail", name, f"S-{name}", "000-2300-00") for name in ("A", "B"))
    part = invoice(line("10.00", "1.00", tax_rule="RA"), line("10.00", "2.00", tax_rule="RB"))
    assert warned(part, taxes={"RA": one, "RB": other}) == {"tax_schedules_differ"}
    assert mapped(part, taxes={"RA": one, "RB": other}).tax_schedule_id == "S-A"
    assert not warned(part, taxes={"RA": one, "RB": one})


def test_the_headers_tax_is_carried_not_the_sum_of_the_lines() -> None:
    part = invoice(line("10.00", "2.004"), line("10.00", "2.004"))
    document = mapped(part.replace(tax=Decimal("4.00"), total=Decimal("24.00")))
    assert (document.tax_amount, document.document_amount) == (Decimal("4.00"), Decimal("24.00"))


def test_what_rounding_leaves_goes_to_the_largest_purchase_or_to_the_rounding_account() -> None:
    part = invoice(line("10.004"), line("20.004", account="5100"))
    assert sums(mapped(part))["000-5100-00"] == Decimal("20.01")
    found = sums(mapped(part, rounding_account="000-6900-00"))
    assert (found["000-5100-00"], found["000-6900-00"]) == (Decimal("20.00"), Decimal("0.01"))


def test_the_remainder_has_a_limit() -> None:
    accounts = AccountMap({f"{each}": f"{each}" for each in range(1300, 1330)})
    part = invoice(*(line("1.004", account=str(each)) for each in range(1300, 1320)))
    assert codes(part, accounts=accounts) == {"rounding_too_large"}
    assert mapped(part, accounts=accounts, rounding_limit=Decimal("0.10")).document_amount == Decimal("20.08")


def test_halves_go_up_or_to_the_even_one() -> None:
    assert mapped(invoice(line("10.125"))).document_amount == Decimal("10.13")
    assert mapped(invoice(line("10.125")), half_even=True).document_amount == Decimal("10.12")


def test_a_line_that_nets_negative_is_credited_on_its_account() -> None:
    document = mapped(invoice(line("100.00"), line("-20.00", account="5100")))
    assert sums(document) == {
        "000-1300-00": Decimal(100),
        "000-5100-00": Decimal(-20),
        "000-2100-00": Decimal(-80),
    }


@pytest.mark.parametrize(
    "part",
    [
        invoice(line("100.00"), charges=(charge("-20.00"),)),
        invoice(line("100.00", tax_rule="T0"), line("-50.00", "-10.00")),
    ],
)
def test_what_gp_has_no_sign_for_is_held(part: object) -> None:
    freight = (ChargeRule(to="freight", account="5100"),)
    found = codes(part, charges=freight)  # type: ignore[arg-type]  # an invoice
    assert found == {"negative_amount"}


def test_a_total_that_rounds_to_nothing_needs_no_voucher() -> None:
    assert codes(invoice(line("0.004"))) == {"zero_total"}


def test_a_tax_only_invoice_that_cannot_be_rounded_is_held_not_broken() -> None:
    part = invoice(line("0", account=""), tax=Decimal("10.004"), total=Decimal("10.013"))
    assert codes(part) == {"rounding_too_large"}


def test_one_distribution_a_line_when_wanted() -> None:
    part = invoice(line("1.00").replace(sku="A"), line("2.00").replace(sku="B"))
    document = mapped(part, distributions="by_line")
    assert [(each.reference, each.debit_amount) for each in document.distributions[:2]] == [
        ("A", Decimal(1)),
        ("B", Decimal(2)),
    ]


def test_several_invoices_of_a_purchase_are_vouchers_of_their_own() -> None:
    first = invoice(line("1.00"))
    second = first.replace(task_id="11111111-2222-3333-4444-555555555555", invoice_number="INV-78")
    whole = purchase(invoices=(first, second))
    vouchers = {mapped(part, of=whole).voucher_number for part in whole.invoices}
    assert len(vouchers) == 2


def test_a_negative_credit_note_is_a_bill() -> None:
    document = mapped(credit_note(line("-10.00", "-2.00")))
    assert (document.document_type, document.document_amount) == (1, Decimal(12))
    assert sums(document)["000-2100-00"] == Decimal(-12)


def test_every_figure_has_its_rule() -> None:
    part = invoice(line("37.035", "7.407"), line("10.00", "2.00"), charges=(charge("7.50", "1.50"),))
    found = explained(part, charges=(ChargeRule(to="freight", account="5*"),))
    fields = {each.field: each for each in found.explained}
    document = found.document
    for name in ("document_amount", "purchases_amount", "freight_amount", "tax_amount"):
        assert fields[name].value == str(getattr(document, name)), name
    for each in document.distributions:
        figure = f"{each.debit_amount or each.credit_amount} {'Dr' if each.debit_amount else 'Cr'}"
        assert fields[f"{each.type.name.lower()} {each.account_number}"].value == figure
    goods = fields["purchase 000-1300-00"].rule
    assert "A 37.035" in goods and "rounding, at most" in goods and "-0.01" in goods
    assert "[[bills.charges]] account '5*' -> freight" in fields["freight 000-5100-00"].rule
    assert "net of tax" in fields["lines"].rule
