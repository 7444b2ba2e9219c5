"""Whose session a request belongs to, read with three plain statements: the library builds each query anew on every request, which
took more than a third of a page's middleware.  What is read, and what is believed of it, is the library's own.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as StoredSession
from django.db import connection
from django.utils import timezone
from django_otp.middleware import OTPMiddleware
from django_otp.plugins.otp_totp.models import TOTPDevice

from .models import Account


def _columns(model: Any) -> str:
    return ", ".join(field.column for field in model._meta.concrete_fields)


class SessionStore(StoredSession):
    """Sessions in the database, as Django keeps them."""

    def _get_session_from_db(self) -> Any:
        """Return the row of the session while it lasts; one that is not there is begun anew under another key."""
        model = self.get_model_class()
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        sql = f"SELECT {_columns(model)} FROM {model._meta.db_table} WHERE session_key = %s AND expire_date > %s"
        found = next(iter(model._default_manager.raw(sql, [self.session_key, now])), None)
        if found is None:
            self._session_key = None
        return found


def account_by_id(number: object) -> Account | None:
    """Return an account that may sign in, None if there is none of this number."""
    sql = f"SELECT {_columns(Account)} FROM {Account._meta.db_table} WHERE id = %s"
    found = next(iter(Account.objects.raw(sql, [number])), None)
    return found if found is not None and found.is_active else None


class SecondFactor(OTPMiddleware):  # type: ignore[misc] # the library carries no types
    """Knows with which device the visitor has verified himself; the library then looks whether it is his and confirmed."""

    def _device_from_persistent_id(self, persistent_id: str) -> Any:
        label, _, number = persistent_id.rpartition("/")
        if label != TOTPDevice.model_label() or not (number.isascii() and number.isdecimal()):
            return None  # no other kind of device is known here
        sql = f"SELECT {_columns(TOTPDevice)} FROM {TOTPDevice._meta.db_table} WHERE id = %s"
        return next(iter(TOTPDevice.objects.raw(sql, [int(number)])), None)
