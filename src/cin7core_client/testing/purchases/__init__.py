"""Purchases: orders with their receipts, put-aways, invoices, credit notes, journals and payments.

A purchase is kept in one shape: every part is an array of documents with a TaskID, whatever the kind of purchase.
`states` derives what the service derives, `shapes` shows what each endpoint shows, `lines` checks what is sent,
`receipts`, `bills`, `payments` and `headers` do what may be done when.
"""
