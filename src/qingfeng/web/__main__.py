"""python -m qingfeng.web [--bind ADDRESS] [--workers N]: bring the accounts' tables up to date and serve the site."""

from __future__ import annotations

import argparse
import os
import sys


def main() -> int:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="qingfeng serve")
    parser.add_argument("--bind", default="127.0.0.1:8000")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--prepare", action="store_true", help="only bring tables up to date, and accounts of a demonstration")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingfeng.web.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    if settings.DEMO:
        from .agency import office
        from .demo import make_accounts

        make_accounts(office())
    if options.prepare:
        return 0
    sys.stdout.flush()
    command = [sys.executable, "-m", "gunicorn", "qingfeng.web.wsgi:application", "--bind", options.bind, "--workers", str(options.workers),
               "--threads", "4", "--worker-class", "gthread", "--timeout", "60", "--max-requests", "20000", "--max-requests-jitter", "2000",
               "--preload" if options.workers == 0 else "--no-control-socket", "--log-level", "warning"]  # fmt: skip
    os.execv(sys.executable, command)
    return 1


if __name__ == "__main__":
    sys.exit(main())
