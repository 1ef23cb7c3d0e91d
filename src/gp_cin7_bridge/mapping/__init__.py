"""Mapping is pure: documents and rules in, a document or the reasons against it out. No clock, no state, no network."""

from gp_cin7_bridge.mapping.bill import BillMapping as BillMapping
from gp_cin7_bridge.mapping.bill import explain_bill as explain_bill
from gp_cin7_bridge.mapping.bill import map_bill as map_bill
from gp_cin7_bridge.mapping.bill_rules import BillRules as BillRules
from gp_cin7_bridge.mapping.held import Held as Held
from gp_cin7_bridge.mapping.product import ItemRules as ItemRules
from gp_cin7_bridge.mapping.product import map_item as map_item
from gp_cin7_bridge.mapping.receipt import map_receipt as map_receipt
from gp_cin7_bridge.mapping.receipt_rules import ReceiptRules as ReceiptRules
from gp_cin7_bridge.mapping.supplier import VendorRules as VendorRules
from gp_cin7_bridge.mapping.supplier import map_vendor as map_vendor
from gp_cin7_bridge.mapping.voucher_number import voucher_number as voucher_number
