"""Whose session a request belongs to, read with three plain statements: the library builds each query anew on every request, which
took more than a third of a page's middleware.  What is read, and what is believed of it, is the library's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as StoredSession
from django.db import connection
from django.utils import timezone
from django_otp.middleware import OTPMiddleware
from django_otp.plugins.otp_totp.models import TOTPDevice

from .models import Account


@lru_cache(maxsize=8)
def _shape(model: Any, vendor: str) -> tuple[tuple[str, ...], str, tuple[tuple[int, tuple[Any, ...], Any], ...]]:
    """Return the fields of a table, the statement that reads them, and how the values of some become Python's, for a kind of database."""
    del vendor  # only to be asked anew for another kind
    fields = model._meta.concrete_fields
    columns = [field.get_col(model._meta.db_table) for field in fields]
    made = ((n, (*connection.ops.get_db_converters(one), *one.get_db_converters(connection)), one) for n, one in enumerate(columns))
    sql = f"SELECT {', '.join(field.column for field in fields)} FROM {model._meta.db_table} WHERE "
    return tuple(field.attname for field in fields), sql, tuple(told for told in made if told[1])


def _row(model: Any, where: str, values: Sequence[Any]) -> Any:
    """Return the one object of a table that fits, None if there is none."""
    names, sql, converters = _shape(model, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(sql + where, values)
        found = cursor.fetchone()
    if found is None:
        return None
    told = list(found)
    for n, several, column in converters:
        for convert in several:
            told[n] = convert(told[n], column, connection)
    return model.from_db(connection.alias, names, told)


class SessionStore(StoredSession):
    """Sessions in the database, as Django keeps them."""

    def _get_session_from_db(self) -> Any:
        """Return the row of the session while it lasts; one that is not there is begun anew under another key."""
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        found = _row(self.get_model_class(), "session_key = %s AND expire_date > %s", [self.session_key, now])
        if found is None:
            self._session_key = None
        return found


def account_by_id(number: object) -> Account | None:
    """Return an account that may sign in, None if there is none of this number."""
    found: Account | None = _row(Account, "id = %s", [number])
    return found if found is not None and found.is_active else None


class SecondFactor(OTPMiddleware):  # type: ignore[misc] # the library carries no types
    """Knows with which device the visitor has verified himself; the library then looks whether it is his and confirmed."""

    def _device_from_persistent_id(self, persistent_id: str) -> Any:
        label, _, number = persistent_id.rpartition("/")
        if label != TOTPDevice.model_label() or not (number.isascii() and number.isdecimal()):
            return None  # no other kind of device is known here
        return _row(TOTPDevice, "id = %s", [int(number)])
