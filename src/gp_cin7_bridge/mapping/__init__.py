"""Mapping is pure: documents and rules in, a document or the reasons against it out. No clock, no state, no network."""

from gp_cin7_bridge.mapping.bills.bill import BillMapping as BillMapping
from gp_cin7_bridge.mapping.bills.bill import explain_bill as explain_bill
from gp_cin7_bridge.mapping.bills.bill import map_bill as map_bill
from gp_cin7_bridge.mapping.bills.rules import BillRules as BillRules
from gp_cin7_bridge.mapping.held import Held as Held
from gp_cin7_bridge.mapping.masters.product import ItemRules as ItemRules
from gp_cin7_bridge.mapping.masters.product import map_item as map_item
from gp_cin7_bridge.mapping.masters.supplier import VendorRules as VendorRules
from gp_cin7_bridge.mapping.masters.supplier import map_vendor as map_vendor
from gp_cin7_bridge.mapping.receipts.receipt import map_receipt as map_receipt
from gp_cin7_bridge.mapping.receipts.rules import ReceiptRules as ReceiptRules
from gp_cin7_bridge.mapping.voucher_number import voucher_number as voucher_number
