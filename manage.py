#!/usr/bin/env python
"""Runs the portal's management commands."""

import os
import sys

try:
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
except ModuleNotFoundError:
    sys.exit("Django is missing: run this with the portal's own Python, .venv/bin/python manage.py …")

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tte_portal.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as wrong:
        # A setting or a procedure file: the sentence names it and its remedy, and a traceback would hide it.
        sys.exit(f"The portal cannot start. {wrong}")
