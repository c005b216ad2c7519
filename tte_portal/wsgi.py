"""The WSGI entry that the web server loads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tte_portal.settings")

application = get_wsgi_application()
