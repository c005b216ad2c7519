"""The officers' pages over single tables, each scoped by role and institution."""

from verification.admin import accounts, api_clients, applications, audit_rows, institutions, messages, personnel

__all__ = ["accounts", "api_clients", "applications", "audit_rows", "institutions", "messages", "personnel"]
