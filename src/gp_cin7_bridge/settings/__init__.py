"""The settings of one connection: what bridge.toml may say, and reading it."""

from gp_cin7_bridge.settings.bills import AccountSettings as AccountSettings
from gp_cin7_bridge.settings.bills import BillSettings as BillSettings
from gp_cin7_bridge.settings.bills import FiscalYearSettings as FiscalYearSettings
from gp_cin7_bridge.settings.bills import PeriodSettings as PeriodSettings
from gp_cin7_bridge.settings.bills import TaxRuleSettings as TaxRuleSettings
from gp_cin7_bridge.settings.masters import ItemSettings as ItemSettings
from gp_cin7_bridge.settings.masters import VendorSettings as VendorSettings
from gp_cin7_bridge.settings.reading import parse_settings as parse_settings
from gp_cin7_bridge.settings.reading import read_settings as read_settings
from gp_cin7_bridge.settings.receipts import ReceiptSettings as ReceiptSettings
from gp_cin7_bridge.settings.schedule import ScheduleSettings as ScheduleSettings
from gp_cin7_bridge.settings.schema import settings_schema as settings_schema
from gp_cin7_bridge.settings.sections import AuditSettings as AuditSettings
from gp_cin7_bridge.settings.sections import Cin7Settings as Cin7Settings
from gp_cin7_bridge.settings.sections import GPSettings as GPSettings
from gp_cin7_bridge.settings.sections import SecretSettings as SecretSettings
from gp_cin7_bridge.settings.sections import Settings as Settings
from gp_cin7_bridge.settings.sections import StateSettings as StateSettings
from gp_cin7_bridge.settings.web import TokenSettings as TokenSettings
from gp_cin7_bridge.settings.web import WebSettings as WebSettings
