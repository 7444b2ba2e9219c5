"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, re_path

from . import (
    errors,
    routes_api,
    routes_editing,
    routes_proof,
    routes_provider,
    routes_public,
    routes_supervision,
    routes_work,
)
from .views import public, sign_in, work

CASE = r"(?P<case>[a-z0-9_]{1,60}/[a-z0-9_]{1,60}/[0-9]{4}/[0-9]{5,9})"
POWER = r"(?P<power>[a-z0-9_]{1,60}/[a-z0-9_]{1,60})"
ACT = r"(?P<act>[a-z0-9_]{1,100})"

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^$", public.home),
    re_path(r"^sign-in/$", sign_in.sign_in),
    re_path(r"^sign-out/$", sign_in.sign_out),
    re_path(r"^second-factor/$", sign_in.second_factor),
    re_path(r"^password/$", sign_in.password),
    re_path(r"^language/$", sign_in.language),
    re_path(r"^size/$", sign_in.size),
    re_path(r"^inbox/$", work.inbox),
    re_path(r"^find/$", work.find),
    re_path(r"^cases/$", work.cases),
    re_path(rf"^cases/{CASE}/$", work.show),
    re_path(rf"^cases/{CASE}/purpose/$", work.purpose),
    re_path(rf"^cases/{CASE}/do/{ACT}/$", work.do),
    re_path(rf"^begin/{POWER}/{ACT}/$", work.begin),
    *routes_supervision.urlpatterns,
    *routes_api.urlpatterns,
    *routes_provider.urlpatterns,
    *routes_public.urlpatterns,
    *routes_proof.urlpatterns,
    *routes_work.urlpatterns,
    *routes_editing.urlpatterns,
]
handler400, handler403, handler404, handler500 = errors.bad_request, errors.forbidden, errors.not_found, errors.broken
