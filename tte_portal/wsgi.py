"""The WSGI entry that the web server loads."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tte_portal.settings")

try:
    application = get_wsgi_application()
except ImproperlyConfigured as wrong:
    # A setting or a procedure file: the sentence names it and its remedy, and a traceback would hide it.
    sys.exit(f"The portal cannot start. {wrong}")
