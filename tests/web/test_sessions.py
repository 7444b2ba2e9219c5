"""Whose session a request belongs to, and with which device he verified himself: believed as little as by the library itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY

from .site_kit import Site

if TYPE_CHECKING:
    from django.test import Client

As = Callable[..., "Client"]


def landed(client: Client, path: str = "/findings/") -> str:
    """Return where a visitor ends: the path itself, or the page that he is sent to."""
    answer: Any = client.get(path)
    return path if answer.status_code == 200 else str(answer.headers["Location"]).partition("?")[0]


def test_a_session_that_is_over_or_was_ended_is_nobodys(fresh_site: Site, as_: As) -> None:
    from django.contrib.sessions.models import Session

    client = as_("jiwei")
    assert landed(client) == "/findings/"
    Session.objects.filter(session_key=client.session.session_key).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert landed(client) == "/sign-in/"
    other = as_("jiwei")
    Session.objects.all().delete()
    assert landed(other) == "/sign-in/"


def test_an_account_that_was_closed_is_nobodys(fresh_site: Site, as_: As) -> None:
    from qingfeng.web.models import Account

    client = as_("jiwei")
    Account.objects.filter(username="jiwei").update(is_active=False)
    assert landed(client) == "/sign-in/"


@pytest.mark.parametrize(
    "told", ["another", "unconfirmed", "gone", "otp_totp.totpdevice/x", "otp_totp.totpdevice/", "web.account/1", "", "a/b/c"]
)
def test_only_ones_own_confirmed_device_counts(fresh_site: Site, as_: As, told: str) -> None:
    from django_otp.plugins.otp_totp.models import TOTPDevice

    client = as_("jiwei")
    own = TOTPDevice.objects.get(user__username="jiwei")
    named = told
    if told == "another":
        named = TOTPDevice.objects.get(user__username="chengban").persistent_id
    elif told in ("unconfirmed", "gone"):
        named = own.persistent_id
        TOTPDevice.objects.filter(pk=own.pk).update(confirmed=False) if told == "unconfirmed" else own.delete()
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = named
    session.save()
    assert landed(client) == "/second-factor/"


def test_what_is_read_is_what_the_library_reads(site: Site, as_: As) -> None:
    from django.contrib.sessions.models import Session
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from qingfeng.web import sessions
    from qingfeng.web.models import Account

    key = as_("jiwei").session.session_key
    account = Account.objects.get(username="jiwei")
    for model, where, value, same in (
        (Session, "session_key = %s", key, Session.objects.get(session_key=key)),
        (Account, "id = %s", account.pk, account),
        (TOTPDevice, "user_id = %s", account.pk, TOTPDevice.objects.get(user=account)),
    ):
        read = sessions._row(model, where, [value])
        names = [field.attname for field in model._meta.concrete_fields]
        assert {name: getattr(read, name) for name in names} == {name: getattr(same, name) for name in names}, model
        assert read._state.db == "default"
        assert not read._state.adding
    assert sessions._row(Account, "id = %s", [10**9]) is None


def test_who_asks_for_a_page_without_signing_in_is_told_that_he_comes_back_to_it(site: Site) -> None:
    assert "登录后回到您要打开的页面" in site.client().get("/inbox/", follow=True).content.decode()
    assert "登录后回到您要打开的页面" not in site.client().get("/sign-in/").content.decode()
