"""The WSGI application that granian serves."""

import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingjian.web.settings")

application = get_wsgi_application()

# The first person to open a page should not wait for files to be read that all pages need.
from mingjian.web.warming import warm  # noqa: E402 - Django is set up only now

threading.Thread(target=warm, daemon=True).start()
