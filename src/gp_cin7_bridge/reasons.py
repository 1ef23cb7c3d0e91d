"""Why a document is held or skipped: a code for programs, a sentence and a cure for people."""

from __future__ import annotations

from typing import Final, NamedTuple

from attrs import frozen


@frozen
class Reason:
    """One reason. `code` is stable; `text` names the facts; `cure` says what to do."""

    code: str
    text: str
    cure: str

    def __str__(self) -> str:
        return f"{self.text} {self.cure}"


class _Template(NamedTuple):
    text: str
    cure: str


CATALOGUE: Final[dict[str, _Template]] = {
    # bills
    "account_unmapped": _Template(
        "Cin7 account {account!r} has no GP account.",
        "Add a line for {account!r} to [accounts.map] in bridge.toml.",
    ),
    "account_missing_in_gp": _Template(
        "GP has no account {account!r} (mapped from Cin7 account {cin7_account!r}).",
        "Correct [accounts.map] or add the account in GP.",
    ),
    "account_inactive": _Template(
        "GP account {account!r} is inactive.", "Activate it in GP or map Cin7 account {cin7_account!r} to another one."
    ),
    "account_no_entry": _Template(
        "GP account {account!r} does not allow account entry.",
        "Tick 'Allow Account Entry' in GP or map Cin7 account {cin7_account!r} to another one.",
    ),
    "account_not_posting": _Template(
        "GP account {account!r} is not a posting account.",
        "Map Cin7 account {cin7_account!r} to a posting account.",
    ),
    "account_empty": _Template(
        "A line of the invoice names no account ({line}).", "Give the line an account in Cin7 Core and authorise again."
    ),
    "account_currency": _Template(
        "GP account {account!r} was not opened for currency {currency!r}.",
        "Give the account that currency in GP, or map Cin7 account {cin7_account!r} to another one.",
    ),
    "account_format": _Template(
        "GP account {account!r} does not have the company's form {format}.",
        "Correct the line of {cin7_account!r} in [accounts.map] of bridge.toml.",
    ),
    "account_is_payable": _Template(
        "GP account {account!r} is the payable account itself (mapped from Cin7 account {cin7_account!r}).",
        "Map Cin7 account {cin7_account!r} to an account for purchases.",
    ),
    "account_line_shadowed": _Template(
        "Line {line!r} of [accounts.map] can never win, because {earlier!r} stands before it.",
        "Put {line!r} before {earlier!r}.",
    ),
    "account_template": _Template(
        "Template {template!r} of Cin7 account {account!r} has no value for {field!r}: {source} is {value!r}.",
        "Add the value, or `*`, to the lookup in [accounts.lookups], or fill {source} in Cin7 Core.",
    ),
    "no_payable_account": _Template(
        "Vendor {vendor!r} has no payable account and there is no company default.",
        "Set the vendor's account in GP, or payable in [accounts] of bridge.toml.",
    ),
    "vendor_unknown": _Template(
        "Supplier {supplier!r} is not linked to a GP vendor.",
        "Create the vendor in GP under exactly this name and run `gp-cin7 sync vendors`.",
    ),
    "vendor_ambiguous": _Template(
        "More than one GP vendor is called {supplier!r}.",
        "Run `gp-cin7 sync vendors`, so that the supplier is linked by its id, or make the names differ.",
    ),
    "vendor_gone": _Template(
        "GP has no vendor {vendor!r} any more, which supplier {supplier!r} is linked to.",
        "Was it renamed or combined in GP? Restore it, or link the supplier to the vendor that took its place.",
    ),
    "vendor_inactive": _Template(
        "GP vendor {vendor!r} is inactive; GP refuses its documents.",
        "Activate the vendor in GP, or void the invoice in Cin7 Core.",
    ),
    "period_closed": _Template(
        "Posting date {date} lies in period {period} of {year}, which is closed for Purchasing.",
        'Open the period in GP, or set closed_period in [periods] to "next_open" or "today".',
    ),
    "period_closed_year": _Template(
        "Posting date {date} lies in period {period} of {year}, which is closed for Purchasing; the policy would post"
        " it on {moved}, in another fiscal year.",
        "Open the period in GP, or say cross_year = true in [periods] of bridge.toml.",
    ),
    "period_missing": _Template(
        "No fiscal period of GP contains {date}.", "Set up the fiscal year in GP (or in [periods]) and try again."
    ),
    "period_missing_year": _Template(
        "No fiscal period of GP contains {date}; the policy would post it on {moved}, in another fiscal year as far as"
        " anyone can tell.",
        "Set up the fiscal year in GP (or in [periods]), or say cross_year = true in [periods] of bridge.toml.",
    ),
    "no_period_source": _Template(
        "Nothing tells which fiscal periods are open.",
        "Offer GP's periods on an extension path, or list the years in [periods] of bridge.toml.",
    ),
    "currency_unmapped": _Template(
        "Currency {currency!r} has no GP currency id that GP knows.",
        "Add it to [bills.currencies] in bridge.toml, with an id of GP's own currency set-up.",
    ),
    "base_currency_differs": _Template(
        "Cin7 Core keeps its books in {cin7!r}, GP in {gp!r}.",
        "The bridge needs equal base currencies; connect the right company.",
    ),
    "rate_not_allowed": _Template(
        "GP's multicurrency set-up takes no rate from a document in {currency!r}.",
        'Allow new or overridden rates in GP\'s Multicurrency Setup, or set rate = "gp_table" in [bills].',
    ),
    "rate_missing": _Template(
        "The invoice is in {currency!r} but has no usable exchange rate ({rate}).",
        "Set the rate on the purchase in Cin7 Core.",
    ),
    "tax_rule_unmapped": _Template(
        "Tax rule {tax_rule!r} has no treatment.", "Add it to [bills.tax_rules] in bridge.toml."
    ),
    "tax_held": _Template(
        "Tax rule {tax_rule!r} is set to be held.", "Change its treatment in [bills.tax_rules] of bridge.toml."
    ),
    "tax_account_missing": _Template(
        "Tax rule {tax_rule!r} is carried as {treatment!r} but names no {missing}.",
        "Complete its entry in [bills.tax_rules] of bridge.toml.",
    ),
    "totals_do_not_foot": _Template(
        "The figures do not foot: lines {lines} (net) and tax {line_tax}; header before tax {before_tax},"
        " tax {tax}, total {total}.",
        "Correct the invoice in Cin7 Core; nothing is rounded away.",
    ),
    "rounding_too_large": _Template(
        "Rounding to {decimals} decimals leaves {remainder}, more than the limit {limit}.",
        "Check the invoice's figures, or raise rounding_limit in [bills].",
    ),
    "negative_amount": _Template(
        "The voucher's {field} would be {amount}; GP takes amounts without a sign.",
        "Correct the lines in Cin7 Core or the routes in [[bills.charges]], so that it is not negative.",
    ),
    "rule_failed": _Template(
        "The rule of [bills] failed on it: {error}.", "Correct the rule's code; the document is mapped again then."
    ),
    "document_unsound": _Template(
        "The document must not be sent: {problems}.", "Correct the rule of [bills], which made it so, or report this."
    ),
    "batches_taken": _Template(
        "Batch {batch!r} and all that could follow it are in use, marked, recurring or of another date.",
        "Post or release them in GP.",
    ),
    "before_first_day": _Template(
        "It is dated {date}, before {first_day}, the first day of bills.",
        "Nothing to do: it was entered in GP by hand, or first_day in [bills] of bridge.toml is too late.",
    ),
    "zero_total": _Template("The document's total is zero.", "Nothing to do: GP needs no voucher for it."),
    "duplicate_document": _Template(
        "Vendor {vendor!r} already has document number {number!r}: {other}.",
        "If it is the same bill, skip it; if not, give it its own number in Cin7 Core.",
    ),
    "tax_schedules_differ": _Template(
        "Its tax rules name several tax schedules, {schedules}; GP takes one, and {sent!r} is sent.",
        "Give the rules in [bills.tax_rules] one schedule that has all of their details.",
    ),
    "task_changed": _Template(
        "Voucher {voucher!r} was sent for it under another task in Cin7 Core, which is gone, and nothing else of it"
        " differs, as when a simple purchase is made advanced.",
        "`gp-cin7 approve {document} --reason TEXT` lets the voucher stand for it; if it is another bill, give it its"
        " own number in Cin7 Core.",
    ),
    "task_left": _Template(
        "Cin7 Core has it under another task now.", "Nothing to do here: its new entry tells what is to be done."
    ),
    "task_shared": _Template(
        "Documents {numbers} of purchase {purchase!r} have one task in Cin7 Core, so none can be told from the others.",
        "Leave one of them authorised and enter the others in GP by hand, or skip it and enter all of them.",
    ),
    "date_missing": _Template("The invoice has no date.", "Set the invoice date in Cin7 Core."),
    "text_not_writable": _Template(
        "{field} holds characters that GP's code page {code_page} cannot store: {characters}.",
        "Change the text in Cin7 Core.",
    ),
    # receipts
    "receipt_date_missing": _Template("A received line has no date.", "Set the date on the receipt in Cin7 Core."),
    "receipt_not_on_order": _Template(
        "{sku} was received on {order}, but neither its order nor its invoice has that product.",
        "Add the product to the order in Cin7 Core, or receive it on another purchase.",
    ),
    "receipt_over_order": _Template(
        "{received} of {sku} were received on {order}, but only {ordered} are on it.",
        "Correct the receipt or the order in Cin7 Core.",
    ),
    "receipt_without_price": _Template(
        "{sku} on {order} has no price, so what was received has no value.", "Set the price on the order in Cin7 Core."
    ),
    "receipt_billed_already": _Template(
        "A receipt of {order} was undone or made smaller after its bill had cleared it.",
        "Correct the bill first, or book the difference in GP and skip this document.",
    ),
    "receipt_not_carried": _Template(
        "Its purchase has receipts that are not booked in GP yet: {receipts}.",
        "Run `gp-cin7 sync receipts`, and remove what holds them.",
    ),
    "item_not_in_gp": _Template(
        "GP has no item {sku!r}, so it cannot be received there.",
        "Add the item in GP and run `gp-cin7 sync items`, or receive the goods in GP and skip this document.",
    ),
    "quantity_too_fine": _Template(
        "GP keeps quantities of {item!r} with {decimals} decimals, {quantity} has more.",
        "Give the item more decimals in GP, or correct the quantity in Cin7 Core.",
    ),
    "item_tracked": _Template(
        "GP tracks item {item!r} by lots or serial numbers, which a receiving is not given here.",
        "Receive it in GP with its numbers, and skip this document.",
    ),
    "unit_unmapped": _Template(
        "The unit of item {item!r} is unknown: GP tells no base unit of schedule {schedule!r}.",
        "Name the unit in [receipts.units] of bridge.toml.",
    ),
    "site_unmapped": _Template(
        "Goods were received at {location!r}, which is no site of GP's.",
        "Name the site of that location in [receipts.sites] of bridge.toml.",
    ),
    "site_not_in_gp": _Template(
        "GP has no site {site!r}, which {location!r} is mapped to.",
        "Add the site in GP, or correct [receipts.sites] of bridge.toml.",
    ),
    "receiving_undone": _Template(
        "A receipt of {order} was undone or made smaller after its shipment was sent; GP's services take none back.",
        "Delete the shipment in GP, or enter a return there, and skip this document.",
    ),
    "receiving_mixed": _Template(
        "Its purchase was begun in another way: voucher {document} is in GP already.",
        "Enter what is left in GP, and skip this document.",
    ),
    "receiving_changed": _Template(
        "Purchase invoice {key!r} is in GP, and its bill was changed or undone in Cin7 Core since.",
        "Correct the purchase invoice in GP, and skip this document.",
    ),
    "receiving_mismatch": _Template(
        "GP already holds receiving {key!r} with other content: {differences}.",
        "Compare both, make GP's receiving agree, and run the flow again; the bridge sends nothing in its place.",
    ),
    "goods_not_shipped": _Template(
        "{billed} of {sku} are billed, and {shipped} of them are shipped in GP and not invoiced yet.",
        "It follows once its goods are received in Cin7 Core and carried; correct the bill if it bills too many.",
    ),
    "invoice_beside_goods": _Template(
        "Beside goods of {goods} it bills {amount} that a purchase invoice has no line for.",
        "Send charges to freight or miscellaneous by [[bills.charges]], or enter the invoice in GP and skip it.",
    ),
    "return_not_in_stock": _Template(
        "{document!r} takes back {quantity} pieces that GP received; its credit memo leaves GP's stock as it is.",
        "Enter the quantities that went back in GP, without a credit.",
    ),
    "billed_as_receiving": _Template(
        "It bills goods that GP receives, so it becomes a purchase invoice.", "Run `gp-cin7 sync receipts`."
    ),
    "accruals_left_open": _Template(
        "Receipts were booked one by one before, and {amounts} still stand open; the mode is {mode!r} now.",
        "Their receipts and bills go on as before. Book what no bill will ever clear in GP, and skip this note.",
    ),
    "ledger_order_unknown": _Template(
        "Its ledger line names no purchase of Cin7 Core's list, and some purchases were begun in another mode.",
        "If it belongs to none of those, enter it in GP; then skip this document.",
    ),
    "nothing_to_book": _Template(
        "Its bill had put the goods into inventory already, or they are worth nothing.", "Nothing to do."
    ),
    "journal_period_closed": _Template(
        "Posting date {date} lies in period {period} of {year}, which is closed for Financial.",
        'Open the period in GP, or set closed_period in [periods] to "next_open" or "today".',
    ),
    "journal_mismatch": _Template(
        "GP already holds a journal in batch {key!r} with other content: {differences}.",
        "Compare both, make GP's journal agree, and run the flow again; the bridge sends nothing in its place.",
    ),
    "no_accrued_account": _Template(
        "No account of accrued purchases is set.", "Set accrued in [receipts] of bridge.toml to a GP account number."
    ),
    # bills, warnings: the document is sent
    "duplicate_suspected": _Template(
        "It looks like one that vendor {vendor!r} has: {other}.", "Compare both before the batch is posted."
    ),
    "financial_closed": _Template(
        "Period {period} of {year} is closed for Financial: after posting, its journal waits in the general ledger.",
        "Open the period for Financial before the journal is posted.",
    ),
    "rate_differs": _Template(
        "In the company's currency it is {cin7} by Cin7 Core's rate and {gp} by GP's own, more than {tolerance} %"
        " apart.",
        "Check the rates of both systems.",
    ),
    "terms_unmapped": _Template(
        "Payment terms {terms!r} have no GP terms; the vendor's own count ({own}).",
        "Add a line for {terms!r} to [bills.payment_terms], or make the terms agree.",
    ),
    "number_missing": _Template(
        "It has no number of its own; it is sent as {number!r}.", "Enter the supplier's number in Cin7 Core."
    ),
    "paid_in_cin7": _Template(
        "Cin7 Core has a payment of {paid} on it; GP knows nothing of that.", "Make sure that it is not paid twice."
    ),
    "batch_date_unknown": _Template(
        "GP posts by the batch's date, and nobody can tell whether batch {batch!r} is of {date}.",
        "Offer GP's batches on an extension path, or look at the batch before posting.",
    ),
    # payments
    "books_locked": _Template(
        "A payment dated {date} lies within Cin7 Core's lock date {locked}.",
        "Move the lock date in Cin7 Core; it is recorded by the next run after that.",
    ),
    "lock_date_unreadable": _Template(
        "Cin7 Core tells its lock date as {told!r}, which cannot be read for sure.",
        "Set lock_date in [payments] of bridge.toml to that day.",
    ),
    "paid_already": _Template("Cin7 Core has {paid} as paid on it already.", "Nothing to do."),
    "paid_not_owed": _Template(
        "GP has paid voucher {voucher!r}, but its document is {status} in Cin7 Core.",
        "Authorise the document again in Cin7 Core, or skip the payment.",
    ),
    "payment_mismatch": _Template(
        "Cin7 Core already has a payment {key!r} with other content: {differences}.",
        "Correct or delete that payment in Cin7 Core, and run the flow again.",
    ),
    # every flow
    "unchanged": _Template("Nothing changed since it was carried.", "Nothing to do."),
    "source_gone": _Template(
        "{system} no longer has it as something to carry.", "Nothing to do; it left the queue of held documents."
    ),
    "skipped_by_person": _Template(
        "{who} decided not to carry it: {why}.", "Nothing to do; `gp-cin7 skip {key} --undo` takes the decision back."
    ),
    "unreadable": _Template(
        "{system} does not give it in a form that can be read: {error}.",
        "Look at it in {system}; it is read again at every run.",
    ),
    "plan_stale": _Template(
        "The plan is older than what it was made from: {change}.", "Make a new plan with `gp-cin7 plan {flow}`."
    ),
    # masters
    "vendor_name_empty": _Template("Vendor {vendor!r} has no name.", "Give the vendor a name in GP."),
    "vendor_name_twin": _Template(
        "Vendors {vendors} share the name {name!r}; Cin7 Core addresses suppliers by name.",
        'Make the names differ in GP, or set twin_names = "suffix" in [vendors].',
    ),
    "vendor_temporary": _Template(
        "Vendor {vendor!r} is temporary in GP.", "Nothing to do; temporary vendors are not carried."
    ),
    "vendor_inactive_new": _Template(
        "Vendor {vendor!r} is inactive in GP and was never carried.", "Nothing to do; activate it in GP to carry it."
    ),
    "supplier_ambiguous": _Template(
        "Cin7 Core has several suppliers called {name!r}.", "Deprecate the twins in Cin7 Core, keep one."
    ),
    "reference_missing": _Template(
        "Cin7 Core has no {kind} {name!r} that can be used ({field} of {document!r}).",
        "Create or activate it in Cin7 Core, or map it in bridge.toml.",
    ),
    "currency_change": _Template(
        "The currency of {document!r} changed from {before} to {after}.",
        "Cin7 Core cannot change the currency of a used supplier; decide by hand.",
    ),
    "out_of_scope": _Template(
        "{document!r} is outside what is carried: {setting} is {value!r}.",
        "Nothing to do; change {setting} in bridge.toml to carry it.",
    ),
    "category_created": _Template(
        "Cin7 Core has no category {category!r}; it is created with the product.",
        "To use another one, map the class in [items.categories] of bridge.toml, or say create_categories = false.",
    ),
    "valuation_differs": _Template(
        "GP values {item!r} by {method}, Cin7 Core by FIFO.",
        "Inventory values will differ; let one of the two systems own them.",
    ),
    "purchasing_unit_differs": _Template(
        "GP buys {item!r} in {unit!r}; Cin7 Core counts it, and its purchases, in {base!r}.",
        "Order in {base!r} in Cin7 Core; GP's unit schedule {schedule!r} tells how many a {unit!r} holds.",
    ),
    "tracking_changed": _Template(
        "GP tracks {document!r} in another way now; its product is {before!r} and would be {after!r}.",
        "Cin7 Core cannot change the costing method of a used product; enter a new item number in GP.",
    ),
    "renamed_on_both_sides": _Template(
        "{document!r} was renamed on both sides: {before!r} is {cin7!r} in Cin7 Core and {gp!r} in GP.",
        "Give it one name on both sides.",
    ),
    "item_kit": _Template("Item {item!r} is a kit.", "Nothing to do; kits hold no quantity and are not carried."),
    "item_inactive_new": _Template(
        "Item {item!r} is inactive in GP and was never carried.", "Nothing to do; activate it in GP to carry it."
    ),
    "text_too_long": _Template(
        "{field} of {document!r} has {length} characters; {system} takes {limit}.", "Shorten it at its source."
    ),
    "missed_in_gp": _Template(
        "GP's list lacked {document!r} {seen} time(s); it counts as deleted after {needed} in a row.",
        "Nothing to do; it is looked for again.",
    ),
    "linked_to_another": _Template(
        "{target!r} in Cin7 Core already belongs to {entity} {other!r}.",
        "Make the names differ, or rename one of the two in Cin7 Core.",
    ),
    "renamed_in_gp": _Template(
        "GP has no {entity} {old!r} any more, and {new!r} looks like it: both are called {name!r}.",
        "If {old!r} became {new!r}, `gp-cin7 approve {new}`; if they are two, `gp-cin7 skip {old}`.",
    ),
    "combined_in_gp": _Template(
        "GP has no {entity} {old!r} any more, and {other!r} looks like it; the two may have been made one.",
        "`gp-cin7 approve {old}` deprecates what Cin7 Core has of {old!r}; `gp-cin7 skip {old}` leaves it as it is.",
    ),
    "too_many_changes": _Template(
        "{count} of {total} {flow} would be {setting} at once, more than {limit}.",
        "Find out why. If it is meant, raise {setting} or {setting}_percent in [changes] of bridge.toml, or carry some"
        " with `gp-cin7 replay`.",
    ),
    # what a write met
    "voucher_numbers_not_ours": _Template(
        "GP gives voucher numbers itself ('Override Voucher Number' is off), so a lost answer could become a"
        " second bill.",
        "Switch 'Override Voucher Number' on in Payables Management Setup.",
    ),
    "voucher_numbers_unsettled": _Template(
        "GP did not keep the voucher number of {document!r}, so nothing else is sent until that is decided.",
        "Switch 'Override Voucher Number' on, remove the stray voucher and `gp-cin7 replay {key}`;"
        " or keep the stray voucher and `gp-cin7 skip {key}`.",
    ),
    "duplicates_not_forbidden": _Template(
        "GP numbers the vouchers and may accept one vendor invoice number twice, so a lost answer could become a"
        " second bill.",
        "Set 'Allow Duplicate Invoices Per Vendor' to No in Payables Management Setup; where it cannot be read, say so"
        ' with duplicate_invoice_numbers = "forbidden" in [gp].',
    ),
    "next_voucher_unknown": _Template(
        "GP numbers the vouchers, and its next number cannot be read.",
        'Offer GP\'s payables set-up on an extension path, or set voucher_numbers = "ours" in [gp].',
    ),
    "voucher_mismatch": _Template(
        "GP already holds voucher {key!r} with other content: {differences}.",
        "Compare both, make GP's voucher agree, and run the flow again; the bridge sends nothing in its place.",
    ),
    "voucher_number_not_kept": _Template(
        "GP did not keep voucher number {voucher!r}: it stored the document as {given!r}.",
        "Switch 'Override Voucher Number' on in Payables Management Setup, remove voucher {given!r} in GP and"
        " `gp-cin7 replay {document}`; or keep that voucher and `gp-cin7 skip {document}`.",
    ),
    "refused": _Template("{system} refused it: {message}.", "Remove the cause and run the flow again."),
    "outcome_unknown": _Template(
        "The answer of {system} was lost; whether it took the document is not known yet.",
        "Run the flow again: it looks before it sends.",
    ),
    # bills, after they were sent
    "bill_changed": _Template(
        "It was changed in Cin7 Core after voucher {voucher!r} was sent: {changes}.",
        "Make GP's voucher agree; or delete it in GP, and the bill can be sent anew; or set after_change ="
        ' "compensate" in [bills], and what takes the voucher back and replaces it is proposed.',
    ),
    "bill_undone": _Template(
        "It is {status} in Cin7 Core after voucher {voucher!r} was sent.",
        "Authorise it again, or delete or void the voucher in GP.",
    ),
    "bill_voided": _Template(
        "It was voided in Cin7 Core after voucher {voucher!r} was sent.", "Delete or void the voucher in GP."
    ),
    "bill_gone": _Template(
        "Cin7 Core no longer has it, and voucher {voucher!r} was sent.",
        "Delete or void the voucher in GP."
        " When its purchase was made advanced and the bill changed as well, skip this one and the new one.",
    ),
    "voucher_changed": _Template(
        "Voucher {voucher!r} was edited in GP after it was sent: {changes}.",
        "GP's voucher counts. Correct it there, or skip the bill when it is right.",
    ),
    "voucher_deleted": _Template(
        "Voucher {voucher!r} was deleted in GP, and Cin7 Core still has the bill.",
        "Void the bill in Cin7 Core, or approve that it is sent again.",
    ),
    "voucher_voided": _Template(
        "Voucher {voucher!r} was voided in GP, and Cin7 Core still has the bill.",
        "Void the bill in Cin7 Core, or approve that it is sent again.",
    ),
    "voucher_taken_back": _Template(
        "Voucher {voucher!r} was taken back, and Cin7 Core has the bill again.",
        "Void the bill in Cin7 Core, or approve that it is sent again.",
    ),
    "reversal_lost": _Template(
        "Voucher {voucher!r}, which takes voucher {other!r} back, was deleted or voided in GP.",
        "Make GP right by hand, then skip this one; nothing is sent in its place.",
    ),
    "in_grace": _Template(
        "The purchase was last changed on {since}; people may be at work on it.",
        "Nothing is proposed before {until}; then run the flow again.",
    ),
    "compensation_proposed": _Template(
        "Proposed: {steps}.",
        "`gp-cin7 approve {document} --reason TEXT` lets the next run do it; applying a credit stays yours.",
    ),
    "waits_for_reversal": _Template(
        "{document!r} must be in GP before it, and is not.", "See why that one waits; this one follows it."
    ),
    "no_longer_owed": _Template("Neither Cin7 Core nor GP counts it any more.", "Nothing to do."),
    "taken_back": _Template("Voucher {voucher!r} is taken back by {other!r}.", "Apply one to the other in GP."),
}


# Nothing is wrong with these documents and nobody has to do anything: they are passed over, not held.
SKIPPED: Final = frozenset(
    {
        "missed_in_gp",
        "paid_already",
        "unchanged",
        "vendor_temporary",
        "out_of_scope",
        "item_kit",
        "zero_total",
        "before_first_day",
        "source_gone",
        "skipped_by_person",
        "nothing_to_book",
        "billed_as_receiving",
        "no_longer_owed",
        "task_left",
        "taken_back",
    }
)

# The document is sent all the same; they stand in the plan and in its audit.
WARNINGS: Final = frozenset(
    {
        "duplicate_suspected",
        "financial_closed",
        "rate_differs",
        "tax_schedules_differ",
        "terms_unmapped",
        "number_missing",
        "paid_in_cin7",
        "batch_date_unknown",
        "category_created",
        "return_not_in_stock",
        "valuation_differs",
        "purchasing_unit_differs",
    }
)


def reason(code: str, **facts: object) -> Reason:
    """Fill the catalogue's sentences for `code` with `facts`.

    Raises:
        KeyError: the code is not in the catalogue, or a fact is missing.
    """
    template = CATALOGUE[code]
    return Reason(code, template.text.format(**facts), template.cure.format(**facts))
