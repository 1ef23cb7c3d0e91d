"""General-ledger accounts, journals, fiscal periods, batches (GL00100, GL00105, GL10000, SY40100, SY00500)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar

from dynamicsgp_client.models.base import CertainDay, Column, Day, Document, Flag, Key, Money, OpenIntEnum, Text, Whole


class AccountType(OpenIntEnum):
    """GL00100.ACCTTYPE."""

    POSTING = 1
    UNIT = 2
    POSTING_ALLOCATION = 3
    UNIT_ALLOCATION = 4


class Account(Document):
    """An account by the number that users type (GL00105.ACTNUMST), separators included.

    `currency_ids` are the foreign currencies that it was opened for; empty also when nobody tells.
    """

    key_fields: ClassVar[tuple[str, ...]] = ("account_number",)

    account_number: Annotated[Key, Column("ACTNUMST", "Account Number String", 75)]
    account_index: Annotated[Whole, Column("ACTINDX", "Account Index")] = 0
    description: Annotated[Text, Column("ACTDESCR", "Account Description", 50)] = None
    account_type: Annotated[AccountType, Column("ACCTTYPE", "Account Type")] = AccountType.POSTING
    active: Annotated[Flag, Column("ACTIVE", "Active")] = True
    allow_account_entry: Annotated[Flag, Column("ACCTENTR", "Account Entry")] = True
    account_category: Annotated[Whole, Column("ACCATNUM", "Account Category Number")] = 0
    currency_ids: tuple[str, ...] = ()
    modified_date: Annotated[Day, Column("MODIFDT", "Modified Date")] = None


class FiscalPeriod(Document):
    """One period of a fiscal year with its closed flags by series (header rows of SY40100, series 0).

    Origin rows have a `series` of their own (4 is Purchasing) and one flag, `closed`.
    """

    key_fields: ClassVar[tuple[str, ...]] = ("year", "period_id", "series", "origin")

    year: Annotated[Whole, Column("YEAR1", "Year")]
    period_id: Annotated[Whole, Column("PERIODID", "Period ID")]
    name: Annotated[Text, Column("PERNAME", "Period Name", 21)] = None
    first_date: Annotated[CertainDay, Column("PERIODDT", "Period Date")]
    last_date: Annotated[CertainDay, Column("PERDENDT", "Period End Date")]
    financial_closed: Annotated[Flag, Column("PSERIES_1", "Period Series 1")] = False
    sales_closed: Annotated[Flag, Column("PSERIES_2", "Period Series 2")] = False
    purchasing_closed: Annotated[Flag, Column("PSERIES_3", "Period Series 3")] = False
    inventory_closed: Annotated[Flag, Column("PSERIES_4", "Period Series 4")] = False
    series: Annotated[Whole, Column("SERIES", "Series")] = 0
    origin: Annotated[Text, Column("ODESCTN", "Origin Description", 50)] = None
    closed: Annotated[Flag, Column("CLOSED", "Closed")] = False


class Batch(Document):
    """A batch; the same id under another source is another batch. `status` 0 is available."""

    key_fields: ClassVar[tuple[str, ...]] = ("batch_id",)

    batch_id: Annotated[Key, Column("BACHNUMB", "Batch Number", 15)]
    batch_source: Annotated[Text, Column("BCHSOURC", "Batch Source", 15)] = None
    comment: Annotated[Text, Column("BCHCOMNT", "Batch Comment", 60)] = None
    posting_date: Annotated[Day, Column("GLPOSTDT", "GL Posting Date")] = None
    transaction_count: Annotated[Whole, Column("NUMOFTRX", "Number Of TRX")] = 0
    batch_total: Annotated[Money, Column("BCHTOTAL", "Batch Total")] = Decimal(0)
    status: Annotated[Whole, Column("BCHSTTUS", "Batch Status")] = 0
    frequency: Annotated[Whole, Column("BACHFREQ", "Batch Frequency")] = 1
    checkbook_id: Annotated[Text, Column("CHEKBKID", "Checkbook ID", 15)] = None
    marked_to_post: Annotated[Flag, Column("MKDTOPST", "Marked To Post")] = False


class AccountSegment(Document):
    """One segment of the company's account numbers; `length` in characters."""

    segment_number: Whole
    name: Text = None
    length: Whole = 0
    main: Flag = False


class JournalLine(Document):
    """One line of a journal: a debit or a credit, in the journal's currency."""

    account_number: Annotated[Key, Column("ACTNUMST", "Account Number String", 75)]
    debit_amount: Annotated[Money, Column("ORDBTAMT", "Originating Debit Amount")] = Decimal(0)
    credit_amount: Annotated[Money, Column("ORCRDAMT", "Originating Credit Amount")] = Decimal(0)
    description: Annotated[Text, Column("DSCRIPTN", "Description", 30)] = None


class Journal(Document):
    """A journal entry, unposted when created; debits equal credits. `journal_number` 0 lets GP number."""

    key_fields: ClassVar[tuple[str, ...]] = ("journal_number",)

    journal_number: Annotated[Whole, Column("JRNENTRY", "Journal Entry")] = 0
    transaction_date: Annotated[CertainDay, Column("TRXDATE", "TRX Date")]
    batch_id: Annotated[Text, Column("BACHNUMB", "Batch Number", 15)] = None
    reference: Annotated[Text, Column("REFRENCE", "Reference", 30)] = None
    source_document: Annotated[Text, Column("SOURCDOC", "Source Document", 10)] = None
    currency_id: Annotated[Text, Column("CURNCYID", "Currency ID", 15)] = None
    exchange_rate: Annotated[Money | None, Column("XCHGRATE", "Exchange Rate", places=7)] = None
    lines: tuple[JournalLine, ...] = ()
    transaction_state: Text = None
