"""python -m qingfeng.web [--bind ADDRESS] [--workers N]: bring the accounts' tables up to date and serve the site."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from typing import NoReturn, TextIO

from qingfeng.terms.text import Text


def main() -> int:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="qingfeng serve")
    parser.add_argument("--bind", default="127.0.0.1:8000")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--prepare", action="store_true", help="only bring tables up to date, and accounts of a demonstration")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingfeng.web.settings")
    taken = None if options.prepare else _cannot_bind(options.bind)
    if taken is not None:
        _say(taken, sys.stderr)
        return 2
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from qingfeng.casework.ports import StoreError

    try:
        from .agency import can_record, office

        can_record()  # else every page that lays down who read it would say so, and nobody who starts the site
        with office().store.read() as tx:
            kind = office().registry(tx).agency.get("id")
    except StoreError as error:
        _say(error.message, sys.stderr)
        return 3
    call_command("migrate", verbosity=0, interactive=False)
    if settings.DEMO and kind != "demo":  # everybody knows the password of a demonstration
        _say(Text(zh="这个库不是演示单位，不能以演示方式（QINGFENG_DEMO=1）开通。",
                  en="This is no demonstration agency: it cannot be served with QINGFENG_DEMO=1."), sys.stderr)  # fmt: skip
        return 2
    if settings.DEMO:
        from .demo import make_accounts
        from .demo_keys import make_keys

        make_accounts(office())
        make_keys(office())
    if not options.prepare:
        _welcome(options.bind)
        _become_the_server(options.bind, options.workers)
    return 0


def _become_the_server(bind: str, workers: int) -> NoReturn:
    """Go on as gunicorn.  It tells errors alone: a warning would name the address of whoever sent something malformed."""
    sys.stdout.flush()
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")  # else each thread of a worker keeps memory of its own that it rarely needs
    command = [sys.executable, "-m", "gunicorn", "qingfeng.web.wsgi:application", "--bind", bind, "--workers", str(workers),
               "--threads", "4", "--worker-class", "gthread", "--timeout", "60", "--max-requests", "20000", "--max-requests-jitter", "2000",
               "--limit-request-line", "8190", "--preload", "--no-control-socket", "--log-level", "error"]  # fmt: skip
    os.execv(sys.executable, command)


def _say(text: Text, where: TextIO | None = None) -> None:
    """Write one message in the reader's language."""
    lang = os.environ.get("QINGFENG_LANG") or "zh"
    (where or sys.stdout).write(text.say(lang if lang in ("zh", "en") else "zh") + "\n")


def _cannot_bind(bind: str) -> Text | None:
    """Return why the site cannot be opened at an address, None if it can."""
    host, _, port = bind.rpartition(":")
    if not host or not (port.isascii() and port.isdecimal()) or not 0 <= int(port) <= 65535:
        return Text(zh=f"地址“{bind[:60]}”不对，应如 127.0.0.1:8000。", en=f"{bind[:60]!r} is no address; write it as 127.0.0.1:8000.")
    try:
        family, kind, _, _, place = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(place)
    except OSError as error:
        return Text(zh=f"不能使用地址{bind[:60]}（{error.strerror}）；可能已有程序占用，请用 --bind 另指一个端口。",
                    en=f"{bind[:60]} cannot be used ({error.strerror}); something else may hold it: name another with --bind.")  # fmt: skip
    return None


def _welcome(bind: str) -> None:
    """Say where the site is, and in the demonstration who may enter."""
    from .demo import PASSWORD, shown_accounts

    host, _, port = bind.rpartition(":")
    shown = "127.0.0.1" if host in ("0.0.0.0", "[::]") else host
    _say(Text(zh=f"网站：http://{shown}:{port}/ （按 Ctrl-C 结束）", en=f"The site: http://{shown}:{port}/ (Ctrl-C ends it)"))
    accounts = shown_accounts()
    if accounts:
        _say(Text(zh=f"演示账号，口令都是 {PASSWORD}；需要第二因素的，页面上显示验证码：",
                  en=f"Demonstration accounts, password {PASSWORD}; the page shows the code of a second factor:"))  # fmt: skip
        for name, who in accounts:
            _say(Text(zh=f"  {name:<20}{who.zh}", en=f"  {name:<20}{who.en}"))


if __name__ == "__main__":
    sys.exit(main())
