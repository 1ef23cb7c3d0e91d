"""Accounts, their format, journals and batches over SOAP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from dynamicsgp_client.backends.sba_source import read_back
from dynamicsgp_client.backends.soap.source import SoapSource, restrictions
from dynamicsgp_client.backends.soap.values import (
    NO_MOMENT,
    Record,
    account_key,
    amount,
    ident,
    key,
    members,
    moment,
    money,
    position,
    present,
    sub,
)
from dynamicsgp_client.backends.source import Filter
from dynamicsgp_client.contract import load
from dynamicsgp_client.errors import ConfigurationError, GPError, NotFoundError
from dynamicsgp_client.models import Account, AccountSegment, AccountType, Batch, Journal, JournalLine
from dynamicsgp_client.pages import Page

PAYABLES_SOURCE: Final = "PM_Trxent"


class SoapAccounts(SoapSource[Account]):
    """Posting accounts, by the number that users type."""

    def get(self, *key_: str) -> Account:
        """Read one account."""
        wanted = account_key(key_[0])
        return self._account(self.soap.record("GetGLPostingAccountByKey", key=wanted))

    def list(self, filters: Sequence[Filter]) -> Iterator[Page[Account]]:
        """Read the chart of accounts."""
        criteria = restrictions(filters, {"modified_date": "ModifiedDate"})
        rows = self._all("GetGLPostingAccountList", criteria, "GLAccountId", lambda row: ident(row, "Key"))
        return self._paged(map(self._account, rows), filters)

    def _account(self, record: Record) -> Account:
        category = ident(record, "GLAccountCategoryKey")
        values = present(
            account_number=ident(record, "Key"),
            description=record.get("Description"),
            account_type=AccountType.POSTING,
            active=record.get("IsActive"),
            allow_account_entry=record.get("AllowAccountEntry"),
            account_category=category if category and category.isdigit() else None,
            currency_ids=tuple(self._currency_ids(record)),
            modified_date=record.get("ModifiedDate"),
        )
        return self._model(Account, "GetGLPostingAccountByKey", values)

    def _currency_ids(self, record: Record) -> Iterator[str]:
        for each in members(record, "Currencies"):
            if currency_id := self.currencies.currency_id(sub(each, "Key")):
                yield currency_id


class SoapAccountSegments(SoapSource[AccountSegment]):
    """The format of account numbers."""

    def list(self, filters: Sequence[Filter]) -> Iterator[Page[AccountSegment]]:
        """Read the segments in order."""
        rows = self.soap.records("GetGLAccountFormatList", criteria={})
        return self._paged(map(self._segment, rows), filters)

    def _segment(self, record: Record) -> AccountSegment:
        values = present(
            segment_number=sub(record, "Key").get("Id"),
            name=record.get("SegmentName"),
            length=record.get("SegmentLength"),
            main=record.get("IsMainSegment"),
        )
        return self._model(AccountSegment, "GetGLAccountFormatList", values)


class SoapJournals(SoapSource[Journal]):
    """Journals; their key is number and date, so the date is looked up first."""

    def get(self, *key_: str) -> Journal:
        """Read one journal."""
        (number,) = key_
        found = self.soap.records("GetGLTransactionList", criteria={"JournalId": {"EqualValue": number}})
        if not found:
            raise NotFoundError(f"GetGLTransactionList: there is no journal {number}", status=200)
        return self._read(found[0])

    def list(self, filters: Sequence[Filter]) -> Iterator[Page[Journal]]:
        """Read journals, each by its key."""
        criteria = restrictions(filters, {"batch_id": "BatchId"})
        rows = self._all("GetGLTransactionList", criteria, "JournalId", _number)
        return self._paged(map(self._read, rows), filters)

    def create(self, document: Journal) -> Journal:
        """Create an unposted journal; the answer is empty, so it is read back by its number or its batch."""
        if not document.journal_number and not document.batch_id:
            raise ConfigurationError(
                "not sent: over SOAP a journal needs its number or a batch of its own, because the answer is empty"
            )
        iso = self.currencies.iso_code(document.currency_id)
        record: dict[str, object] = {
            "Key": {"JournalId": document.journal_number, "Date": moment(document.transaction_date)},
            "BatchKey": {"Id": document.batch_id, "CreatedDateTime": NO_MOMENT} if document.batch_id else None,
            "CurrencyKey": {"ISOCode": iso} if iso else None,
            "Lines": {"GLTransactionLine": [_written_line(each, iso) for each in document.lines]},
            "Reference": document.reference,
            "SourceDocumentKey": key(document.source_document),
            "ExchangeRate": document.exchange_rate,
        }
        self.soap.call("CreateGLTransaction", glTransaction=record)
        return read_back(self, document) if document.journal_number else self._of_batch(document)

    def _of_batch(self, document: Journal) -> Journal:
        """Read back the one journal of a batch; it was written, whatever goes wrong here."""
        batch = (document.batch_id or "").upper()
        try:
            found = self.soap.records("GetGLTransactionList", criteria={"BatchId": {"EqualValue": batch}})
            if len(found) != 1:
                problem = f"CreateGLTransaction: batch {batch} holds {len(found)} journals, not one"
                raise NotFoundError(problem, status=200)
            return self._read(found[0])
        except GPError as error:
            error.may_have_happened = True
            raise

    def _read(self, summary: Record) -> Journal:
        wanted = sub(summary, "Key")
        number = {"JournalId": wanted.get("JournalId"), "Date": wanted.get("Date")}
        record = self.soap.record("GetGLTransactionByKey", key=number)
        values = present(
            journal_number=sub(record, "Key").get("JournalId"),
            transaction_date=sub(record, "Key").get("Date"),
            batch_id=ident(record, "BatchKey"),
            reference=record.get("Reference"),
            source_document=ident(record, "SourceDocumentKey"),
            currency_id=self.currencies.currency_id(record),
            exchange_rate=record.get("ExchangeRate") or None,
            transaction_state=record.get("TransactionState"),
            lines=tuple(map(_line, members(record, "Lines"))),
        )
        return self._model(Journal, "GetGLTransactionByKey", values)


class SoapBatches(SoapSource[Batch]):
    """Batches of payables; they come into being on first use and are never created here."""

    def get(self, *key_: str) -> Batch:
        """Read one batch of payables by its id."""
        criteria = {"Id": {"EqualValue": key_[0]}, "Source": {"EqualValue": PAYABLES_SOURCE}}
        found = self.soap.records("GetBatchList", criteria=criteria)
        if not found:
            raise NotFoundError(f"GetBatchList: there is no batch {key_[0]}", status=200)
        return self._batch(found[0])

    def list(self, filters: Sequence[Filter]) -> Iterator[Page[Batch]]:
        """Read batches of payables."""
        criteria = {"Source": {"EqualValue": PAYABLES_SOURCE}}
        rows = self._all("GetBatchList", criteria, "Id", lambda row: ident(row, "Key"))
        return self._paged(map(self._batch, rows), filters)

    def _batch(self, record: Record) -> Batch:
        words = load().types["PostingFrequency"].values
        values = present(
            batch_id=ident(record, "Key"),
            batch_source=sub(record, "Key").get("Source"),
            comment=record.get("Comment"),
            posting_date=record.get("GeneralLedgerPostedDate"),
            transaction_count=record.get("NumberOfTransactions"),
            batch_total=amount(record, "Total"),
            frequency=position(words, record.get("Frequency")),
            checkbook_id=ident(record, "BankAccountKey"),
        )
        return self._model(Batch, "GetBatchList", values)


def _number(row: Record) -> str:
    return str(sub(row, "Key").get("JournalId"))


def _line(record: Record) -> dict[str, object]:
    return present(
        account_number=ident(record, "GLAccountKey") or "",
        debit_amount=amount(record, "DebitAmount"),
        credit_amount=amount(record, "CreditAmount"),
        description=record.get("Description"),
    )


def _written_line(line: JournalLine, iso: str | None) -> dict[str, object]:
    # The contract declares these amounts with an abstract type, so each must say which one it is.
    return {
        "CreditAmount": {"xsi:type": "MoneyAmount", **money(line.credit_amount, iso)},
        "DebitAmount": {"xsi:type": "MoneyAmount", **money(line.debit_amount, iso)},
        "Description": line.description,
        "GLAccountKey": account_key(line.account_number),
    }
