"""Addresses of the log for everybody: its state, its head and tiles (c2sp.org/tlog-tiles), receipts and the programs that check them."""

from __future__ import annotations

from django.urls import URLPattern, re_path

from .views import draws, proof

_SEQ = r"(?P<seq>[0-9]{1,7})"

urlpatterns: list[URLPattern] = [
    re_path(r"^receipts/$", proof.receipts),
    re_path(r"^log/$", proof.log),
    re_path(r"^log/policy$", proof.policy),
    re_path(r"^checkpoint$", proof.checkpoint),
    re_path(r"^(?P<path>tile/entries/[0-9x/.p]{1,50})$", proof.entries),
    re_path(r"^(?P<path>tile/[0-9]{1,2}/[0-9x/.p]{1,50})$", proof.tile),
    re_path(r"^verifier\.html$", proof.verifier),
    re_path(r"^tools/(?P<name>verify_receipt|verify_draw|verify_sample)\.py$", proof.tool),
    re_path(r"^draws/$", draws.listed),
    re_path(r"^draws/(?P<year>[0-9]{4})/(?P<number>[0-9]{5,9})/$", draws.one),
    re_path(r"^progress/receipts/$", proof.own),
    re_path(rf"^progress/receipts/{_SEQ}/$", proof.one),
    re_path(rf"^progress/receipts/{_SEQ}/receipt\.(?P<form>text|svg)$", proof.one),
]
