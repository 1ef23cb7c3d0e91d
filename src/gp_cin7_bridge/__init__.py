"""Vendors, items and bills between Microsoft Dynamics GP and Cin7 Core, each bill exactly once."""

from gp_cin7_bridge.bridge import Bridge as Bridge
from gp_cin7_bridge.errors import BridgeError as BridgeError
from gp_cin7_bridge.errors import SettingsError as SettingsError
from gp_cin7_bridge.errors import StateError as StateError
from gp_cin7_bridge.errors import UnknownFlowError as UnknownFlowError
from gp_cin7_bridge.errors import WriterBusyError as WriterBusyError
from gp_cin7_bridge.mapping import BillRules as BillRules
from gp_cin7_bridge.mapping import Held as Held
from gp_cin7_bridge.mapping import ItemRules as ItemRules
from gp_cin7_bridge.mapping import VendorRules as VendorRules
from gp_cin7_bridge.mapping import map_bill as map_bill
from gp_cin7_bridge.mapping import map_item as map_item
from gp_cin7_bridge.mapping import map_vendor as map_vendor
from gp_cin7_bridge.plan import Action as Action
from gp_cin7_bridge.plan import Plan as Plan
from gp_cin7_bridge.plan import Report as Report
from gp_cin7_bridge.plan import Verb as Verb
from gp_cin7_bridge.reasons import Reason as Reason
from gp_cin7_bridge.settings import Settings as Settings
from gp_cin7_bridge.settings import read_settings as read_settings
from gp_cin7_bridge.sync import plan as plan
from gp_cin7_bridge.sync import sync_bills as sync_bills
from gp_cin7_bridge.sync import sync_items as sync_items
from gp_cin7_bridge.sync import sync_vendors as sync_vendors
from gp_cin7_bridge.writes.apply import apply as apply
