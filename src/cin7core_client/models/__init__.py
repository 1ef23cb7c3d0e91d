"""Cin7 Core's records as typed, frozen models."""

from cin7core_client.models.base import Document as Document
from cin7core_client.models.product import Product as Product
from cin7core_client.models.purchase import AdditionalCharge as AdditionalCharge
from cin7core_client.models.purchase import PartStatus as PartStatus
from cin7core_client.models.purchase import Purchase as Purchase
from cin7core_client.models.purchase import PurchaseCreditNote as PurchaseCreditNote
from cin7core_client.models.purchase import PurchaseInvoice as PurchaseInvoice
from cin7core_client.models.purchase import PurchaseLine as PurchaseLine
from cin7core_client.models.purchase import PurchaseOrder as PurchaseOrder
from cin7core_client.models.purchase import PurchaseReceipt as PurchaseReceipt
from cin7core_client.models.purchase import PurchaseSummary as PurchaseSummary
from cin7core_client.models.purchase import ReceiptLine as ReceiptLine
from cin7core_client.models.reference import Account as Account
from cin7core_client.models.reference import Brand as Brand
from cin7core_client.models.reference import Category as Category
from cin7core_client.models.reference import Location as Location
from cin7core_client.models.reference import Me as Me
from cin7core_client.models.reference import PaymentTerm as PaymentTerm
from cin7core_client.models.reference import TaxComponent as TaxComponent
from cin7core_client.models.reference import TaxRule as TaxRule
from cin7core_client.models.reference import Unit as Unit
from cin7core_client.models.supplier import Supplier as Supplier
from cin7core_client.models.supplier import SupplierAddress as SupplierAddress
from cin7core_client.models.supplier import SupplierContact as SupplierContact
from cin7core_client.models.supplier import SupplierStatus as SupplierStatus
