"""The WSGI application that a server runs. Never starts a database; whoever starts the server does."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "reprieve.web.settings"

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
