"""Signing in and out, the second factor, a new password; and what happens to a form whose session had expired."""

from __future__ import annotations

import hmac
import json
from hashlib import sha256

import segno
from django.contrib.auth import authenticate, get_user_model, login, logout
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django_otp import login as otp_login
from django_otp.plugins.otp_totp.models import TOTPDevice

from qingfeng.casework import accounts
from qingfeng.terms.text import Text

from .. import agency, errors, flood
from ..gate import public
from ..models import Account
from ..signin import digest_of
from ..visit import LANG_COOKIE, SIZE_COOKIE, viewer_in, visit_of

CARRIED_BYTES = 200_000
_WRONG = Text(
    zh="账号或口令不对，或者账号尚未绑定人员。",
    en="The account or the password is wrong, or the account is bound to nobody.",
)
_TOKEN = Text(
    zh="账号、原口令或者一次性设置码不对，或者设置码已经用过。",
    en="The account, the old password or the one-time word is wrong, or the word was used.",
)
GUESSES = 5
"""Wrong words an hour with which somebody tried to set the password of one account."""
_GUESSED = Text(zh="原口令或者一次性设置码连续输错，暂时不能设置口令。", en="Too many wrong words: no password can be set for now.")
_LATER = Text(zh="请一小时后再试；不是本人操作的，请告诉安全管理员。", en="Try again in an hour; if this was not you, tell the security administrator.")
_CODE = Text(
    zh="验证码不对或已过期，请用验证器上的新验证码。",
    en="The code is wrong or over: use the one your authenticator shows now.",
)


def safe_next(request: HttpRequest, fallback: str = "/") -> str:
    """Return where to go next, on this site only."""
    wanted = request.POST.get("next") or request.GET.get("next") or fallback
    fine = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if fine and wanted.startswith("/") else fallback


def carry(request: HttpRequest) -> HttpResponse:
    """Show the sign-in page with what a form had sent: after signing in it is shown again, not done."""
    skip = {"csrfmiddlewaretoken", "key"}
    fields = {name: request.POST.getlist(name) for name in request.POST if name not in skip}
    text = json.dumps(fields, ensure_ascii=False)
    shown = text if len(text.encode()) <= CARRIED_BYTES else "{}"
    return render(request, "sign_in.html", {"next": request.path, "carried": shown, "expired": True}, status=401)


@public
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in."""
    after = safe_next(request)
    if request.method != "POST":
        return render(request, "sign_in.html", {"next": after, **_demo_accounts(), "public_page": True})
    carried = request.POST.get("carried", "")[:CARRIED_BYTES]
    account = authenticate(
        request, username=request.POST.get("username", "")[:100], password=request.POST.get("password", "")[:200]
    )
    if getattr(request, "axes_locked_out", False):
        return errors.page(
            request,
            429,
            Text(
                zh="口令连续输错多次，账号已暂时锁定。请15分钟后再试。",
                en="Too many wrong passwords: try again in 15 minutes.",
            ),
        )
    if not isinstance(account, Account):
        context = {"next": after, "carried": carried, "fault": _WRONG, "username": request.POST.get("username", "")[:100],
                   **_demo_accounts(), "public_page": True}  # fmt: skip
        return render(request, "sign_in.html", context, status=401)
    login(request, account)
    if fields := _told(carried):
        request.session["carried"] = {"path": after, "fields": fields}
    return redirect(after)


def _told(carried: str) -> dict[str, list[str]]:
    """Return what a form had sent, from the page that carried it; nothing if somebody wrote something else there."""
    try:
        told = json.loads(carried or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(told, dict):
        return {}
    return {
        name: values
        for name, values in told.items()
        if isinstance(values, list) and all(isinstance(one, str) for one in values)
    }


def _demo_accounts() -> dict[str, list[tuple[str, Text]]]:
    from ..demo import shown_accounts

    return {"demo_accounts": shown_accounts(), "demo_others": shown_accounts(others=True)}


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    logout(request)
    return redirect("/")


@public
def second_factor(request: HttpRequest) -> HttpResponse:
    """Verify the second factor, or set it up where it has to be set up."""
    if not request.user.is_authenticated:
        return redirect("/sign-in/")
    after, account = safe_next(request), request.user.get_username()
    with agency.office().store.read() as tx:
        bound = agency.bindings(tx).bindings.get(account)
    devices = TOTPDevice.objects.filter(user=request.user, confirmed=True)
    setting_up = bound is not None and ("second_factor" in bound.renew or not devices.exists())
    if setting_up and bound is not None and "second_factor" not in bound.renew:
        return errors.page(request, 403, Text(zh="第二因素的登记已被移走，与日志不符。", en="The second factor is gone, against what the log says."),
                           Text(zh="请告诉安全管理员，由两名管理员重置。", en="Tell the security administrator: two administrators reset it."))  # fmt: skip
    if setting_up:
        devices.delete()
        device, _ = TOTPDevice.objects.get_or_create(user=request.user, confirmed=False, defaults={"name": "totp"})
    else:
        found = devices.first()
        assert found is not None
        device = found
    fault = None
    if request.method == "POST":
        if device.verify_token(request.POST.get("code", "").replace(" ", "")[:10]):
            if setting_up:
                device.confirmed = True
                device.save()
                accounts.note_secret(
                    agency.office(), account, what="second_factor", digest=None, at=visit_of(request).now
                )
            otp_login(request, device)
            return redirect(after)
        fault = _CODE
    qr = segno.make(device.config_url).svg_data_uri(scale=4, dark="#17202e", light="#fff") if setting_up else None
    context = {"next": after, "fault": fault, "qr": qr, "secret": device.bin_key.hex() if setting_up else "", "device_key": device,
               "demo_code": _demo_code(device) if not setting_up else ""}  # fmt: skip
    return render(request, "second_factor.html", context, status=401 if fault else 200)


def _demo_code(device: TOTPDevice) -> str:
    from ..demo import code_of

    return code_of(device)


@public
def password(request: HttpRequest) -> HttpResponse:
    """Set a password: the first one or one after a reset with a one-time word, a new one with the old one."""
    if request.method != "POST":
        return render(request, "password.html", {"signed_in": request.user.is_authenticated})
    name = request.user.get_username() if request.user.is_authenticated else request.POST.get("username", "")[:100]
    old, new = request.POST.get("old", "")[:200], request.POST.get("new", "")[:200]
    account, now = get_user_model().objects.filter(username=name).first(), visit_of(request).now
    bucket = sha256(name.encode("utf-8", "replace")).hexdigest()[:4]  # so many counters and no more, whatever names are tried
    if flood.counted("secret", bucket, now) >= GUESSES:
        return errors.page(request, 429, _GUESSED, _LATER)
    fault = None if _may_set(account, old, name) else _TOKEN
    if fault is not None:
        flood.count("secret", bucket, now)
    if fault is None and new != request.POST.get("again", ""):
        fault = Text(zh="两次输入的新口令不一样。", en="The two new passwords differ.")
    if fault is None:
        try:
            validate_password(new, account)
        except ValidationError:
            fault = Text(
                zh="新口令太短（至少12位）、太常见，或与账号名太像。",
                en="The new password is too short (12 at least), too common or like the account.",
            )
    if fault is not None or not isinstance(account, Account):
        return render(
            request,
            "password.html",
            {"fault": fault, "username": name, "signed_in": request.user.is_authenticated},
            status=422,
        )
    account.set_password(new)
    account.first_token = ""
    accounts.note_secret(
        agency.office(), account.username, what="password", digest=digest_of(account), at=visit_of(request).now
    )
    account.save()
    logout(request)
    return redirect("/sign-in/?set=1")


def _may_set(account: object, old: str, name: str) -> bool:
    """True if somebody knows the one-time word, or else the old password; how long it takes tells nothing of the account."""
    with agency.office().store.read() as tx:
        bound = agency.bindings(tx).bindings.get(name)
    if not isinstance(account, Account) or bound is None or "password" in bound.renew:
        make_password(old)
        known = account.first_token if isinstance(account, Account) and bound is not None else ""
        return hmac.compare_digest(known, sha256(old.encode("utf-8", "replace")).hexdigest())
    return account.check_password(old) and bound.secret == digest_of(account)


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language."""
    answer = redirect(safe_next(request))
    answer.set_cookie(
        LANG_COOKIE,
        "en" if request.POST.get("lang") == "en" else "zh",
        max_age=365 * 86_400,
        samesite="Lax",
        httponly=True,
    )
    return answer


@public
@require_POST
def size(request: HttpRequest) -> HttpResponse:
    """Choose large or ordinary type."""
    answer = redirect(safe_next(request))
    large = "" if request.COOKIES.get(SIZE_COOKIE) == "large" else "large"
    answer.set_cookie(SIZE_COOKIE, large, max_age=365 * 86_400, samesite="Lax", httponly=True)
    return answer


def home_of(request: HttpRequest) -> str:
    """Return where a visitor belongs after signing in."""
    viewer = viewer_in(request)
    if viewer.officer is None:
        return "/"
    from ..shell import menu

    groups = menu(viewer)
    return groups[0].items[0].path if groups else "/"
