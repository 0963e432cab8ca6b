"""The WSGI application that a server runs. Never starts a database; whoever starts the server does."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "reprieve.web.settings"

from django.core.wsgi import get_wsgi_application

from reprieve.engine.warm import warm

application = get_wsgi_application()
warm()  # A worker takes no request before its kernels are loaded.
