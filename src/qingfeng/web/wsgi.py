"""What gunicorn runs: loaded before the workers are forked (--preload), so that they share what it holds."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingfeng.web.settings")
application = get_wsgi_application()

from .shared import prepare  # noqa: E402  # after Django is set up

prepare()
