"""Accounts: a name and a password.  For whom an account speaks is no column here but events of the agency (casework.accounts)."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts that cannot sign in until they set a password."""

    def create_user(self, username: str, password: str | None = None) -> Account:
        """Return a new account; without a password nobody can sign in with it."""
        account = Account(username=username)
        account.set_password(password)
        account.save()
        return account


class Account(AbstractBaseUser):
    """One account."""

    username: models.CharField[str, str] = models.CharField(max_length=100, unique=True)
    is_active: models.BooleanField[bool, bool] = models.BooleanField(default=True)
    first_token: models.CharField[str, str] = models.CharField(max_length=128, blank=True, default="")
    """Digest of the one-time word with which the first password (or one after a reset) is set; empty when used."""

    objects = AccountManager()
    USERNAME_FIELD = "username"

    class Meta:
        verbose_name = "account"

    @property
    def is_staff(self) -> bool:
        """Nobody works in Django's own admin."""
        return False

    def has_perm(self, _perm: str, _obj: object = None) -> bool:
        """No permissions are kept here: posts decide."""
        return False

    def has_module_perms(self, _label: str) -> bool:
        """The same."""
        return False
