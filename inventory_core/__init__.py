"""The inventory core: products, partners, documents, stock ledger, approvals, prices, people and roles.

Plain synchronous functions over a database session. No chat, no HTTP and no clock of its own: whoever calls passes
``now``. Nothing else of Danju is imported here.
"""
