"""The officers' pages over single tables, each scoped by role and institution."""

from verification.admin import accounts, applications, audit_rows, institutions, messages, personnel

__all__ = ["accounts", "applications", "audit_rows", "institutions", "messages", "personnel"]
