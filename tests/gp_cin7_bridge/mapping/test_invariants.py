"""What holds for any bill: it foots, it balances, its total never moves, and GP stores every text as it is."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from attrs import frozen
from bill_parts import DETAIL, credit_note, invoice, line, purchase, rules
from hypothesis import given
from hypothesis import strategies as st

from cin7core_client import AdditionalCharge, PurchaseCreditNote, PurchaseInvoice
from dynamicsgp_client.models.base import too_long
from gp_cin7_bridge import BillRules, Held, map_bill
from gp_cin7_bridge.mapping.accounts import AccountMap
from gp_cin7_bridge.mapping.bills.charges import ChargeRule
from gp_cin7_bridge.mapping.bills.tax import TaxComponent, TaxRuleTreatment
from gp_cin7_bridge.mapping.currency import CurrencyRule

FOUR = Decimal("0.0001")
DECIMALS = {"USD": 2, "JPY": 0, "KWD": 3}
TREATMENTS = {
    "T20": DETAIL,
    "two": TaxRuleTreatment(
        "detail", components=(TaxComponent("STATE", "S", Decimal(5)), TaxComponent("CITY", "C", Decimal("2.5")))
    ),
    "sales": TaxRuleTreatment("capitalise"),
    "levy": TaxRuleTreatment("misc", account="L"),
}
RATES = {"T20": Decimal("0.20"), "two": Decimal("0.075"), "sales": Decimal("0.0825"), "levy": Decimal("0.02")}
CHARGES = (
    ChargeRule(to="freight", account="5200"),
    ChargeRule(to="miscellaneous", account="5300"),
    ChargeRule(to="trade_discount", account="5400"),
)


@frozen
class Drawn:
    """One line as drawn."""

    net: Decimal
    account: str
    tax_rule: str
    charge: bool

    @property
    def tax(self) -> Decimal:
        return (self.net * RATES[self.tax_rule]).quantize(FOUR, ROUND_HALF_UP)


LINES = st.lists(
    st.builds(
        Drawn,
        st.decimals(min_value=Decimal(-500), max_value=Decimal(5000), places=4),
        st.sampled_from(["1300", "5100", "5200", "5300", "5400"]),
        st.sampled_from(sorted(TREATMENTS)),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)
SETTINGS = st.fixed_dictionaries(
    {
        "rounding_account": st.sampled_from([None, "R"]),
        "distributions": st.sampled_from(["by_account", "by_line"]),
        "half_even": st.booleans(),
        "credit_document": st.sampled_from(["credit_memo", "return"]),
    }
)


def made(drawn: list[Drawn], *, inclusive: bool, credit: bool) -> PurchaseInvoice | PurchaseCreditNote:
    goods, charges = [], []
    for each in drawn:
        total = each.net + each.tax if inclusive else each.net
        if each.charge:
            charges.append(
                AdditionalCharge(
                    description="Charge", total=total, tax=each.tax, account=each.account, tax_rule=each.tax_rule
                )
            )
        else:
            goods.append(line(str(total), str(each.tax), each.account, each.tax_rule))
    net, tax = sum((each.net for each in drawn), Decimal(0)), sum((each.tax for each in drawn), Decimal(0))
    figures: dict[str, object] = {"total_before_tax": net, "tax": tax, "total": net + tax}
    part = credit_note(*goods) if credit else invoice(*goods)
    return part.replace(additional_charges=tuple(charges), **figures)


def ruled(settings: Mapping[str, object]) -> BillRules:
    accounts = AccountMap({"1300": "A", "5100": "B", "5*": "D"})
    currencies = {iso: CurrencyRule(iso, decimals) for iso, decimals in DECIMALS.items()}
    return rules(taxes=TREATMENTS, accounts=accounts, currencies=currencies, charges=CHARGES, **settings)


@given(LINES, st.sampled_from(sorted(DECIMALS)), st.booleans(), st.booleans(), SETTINGS)
def test_whatever_the_lines_the_document_foots_and_balances_and_its_total_never_moves(
    drawn: list[Drawn], iso: str, inclusive: bool, credit: bool, settings: dict[str, object]
) -> None:
    part = made(drawn, inclusive=inclusive, credit=credit)
    whole = purchase(supplier_currency=iso, currency_rate=Decimal("0.5"))
    found = map_bill(whole, part, ruled(settings))
    if isinstance(found, Held):
        assert {each.code for each in found.reasons} <= {"rounding_too_large", "negative_amount", "zero_total"}
        return
    unit = Decimal(1).scaleb(-DECIMALS[iso])
    rounding = "ROUND_HALF_EVEN" if settings["half_even"] else "ROUND_HALF_UP"
    assert found.document_amount == abs(part.total).quantize(unit, rounding)
    amounts = (found.purchases_amount, found.freight_amount, found.miscellaneous_amount, found.tax_amount)
    assert found.document_amount == sum(amounts) - found.trade_discount_amount
    sides = [(each.debit_amount, each.credit_amount) for each in found.distributions]
    assert sum(debit for debit, _ in sides) == sum(credit_ for _, credit_ in sides)
    figures = [*amounts, found.trade_discount_amount, *(figure for side in sides for figure in side)]
    assert all(figure >= 0 and figure == figure.quantize(unit) for figure in figures)
    assert sum((each.tax_amount for each in found.taxes), Decimal(0)) == found.tax_amount
    for tax in found.taxes:
        parts = tax.purchases_tax_amount + tax.freight_tax_amount + tax.miscellaneous_tax_amount
        assert parts == tax.tax_amount
    assert map_bill(whole, part, ruled(settings)) == found


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60), st.sampled_from(["by_account", "by_line"]))
def test_nothing_is_sent_that_gp_would_cut_or_turn_into_question_marks(
    number: str, order: str, sku: str, distributions: str
) -> None:
    part = invoice(line("1.00").replace(sku=sku), invoice_number=number)
    found = map_bill(purchase(order_number=order), part, rules(distributions=distributions))
    if isinstance(found, Held):
        assert {each.code for each in found.reasons} == {"text_not_writable"}
        return
    assert too_long(found) == []
    texts = (found.document_number, found.description, found.purchase_order_number, found.batch_id)
    for text in (*texts, *(each.reference for each in found.distributions)):
        assert (text or "").encode("cp1252").decode("cp1252") == (text or "")
        assert not any(unicodedata.category(each) == "Cc" for each in text or "")
