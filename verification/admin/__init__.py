"""The officers' pages over single tables, each scoped by role and institution."""

from django.contrib import admin
from django.contrib.auth.models import Group

from verification.admin import accounts, applications, audit_rows, institutions, messages, personnel

# Rights come from roles alone: groups would pretend otherwise.
if admin.site.is_registered(Group):
    admin.site.unregister(Group)

__all__ = ["accounts", "applications", "audit_rows", "institutions", "messages", "personnel"]
