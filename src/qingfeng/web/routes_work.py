"""Addresses of the working pages around a case."""

from __future__ import annotations

from django.urls import URLPattern, re_path

from .views import bound, case_files, counter, field_record, meeting, paper_steps, papers, stores

CASE = r"(?P<case>[a-z0-9_]{1,60}/[a-z0-9_]{1,60}/[0-9]{4}/[0-9]{5,9})"
KIND = r"(?P<kind>[a-z0-9_]{1,60})"
ACT = r"(?P<act>[a-z0-9_]{1,100})"
NUMBER = r"(?P<number>[0-9]{1,9})"
DIGEST = r"(?P<digest>[0-9a-f]{64})"
FORM = r"(?P<form>pdf|docx)"

urlpatterns: list[URLPattern] = [
    re_path(r"^stores/$", stores.stores),
    re_path(r"^money/$", stores.money),
    re_path(r"^counter/$", counter.show),
    re_path(r"^counter/ticket/$", counter.ticket),
    re_path(rf"^counter/notice/{CASE}/$", counter.notice),
    re_path(rf"^counter/report/{CASE}/$", counter.report),
    re_path(r"^sw\.js$", field_record.worker),
    re_path(rf"^cases/{CASE}/field/$", field_record.field),
    re_path(rf"^cases/{CASE}/log/$", case_files.log),
    re_path(rf"^cases/{CASE}/meeting/$", meeting.meeting),
    re_path(rf"^cases/{CASE}/hearing/$", meeting.hearing),
    re_path(rf"^cases/{CASE}/files/{DIGEST}/$", case_files.file),
    re_path(rf"^cases/{CASE}/files/{DIGEST}/content$", case_files.content),
    re_path(rf"^cases/{CASE}/documents/$", papers.documents),
    re_path(rf"^cases/{CASE}/documents/file\.(?P<form>pdf|zip)$", bound.case_file),
    re_path(rf"^cases/{CASE}/documents/draft/{KIND}/$", papers.draft),
    re_path(rf"^cases/{CASE}/documents/draft/{KIND}/draft\.{FORM}$", papers.draft_file),
    re_path(rf"^cases/{CASE}/documents/ahead/{KIND}/{ACT}/$", papers.ahead),
    re_path(rf"^cases/{CASE}/documents/approve/{KIND}/$", papers.approve),
    re_path(rf"^cases/{CASE}/documents/{NUMBER}/$", papers.paper),
    re_path(rf"^cases/{CASE}/documents/{NUMBER}/paper\.{FORM}$", papers.paper_file),
    re_path(rf"^cases/{CASE}/documents/{NUMBER}/receipt\.{FORM}$", papers.receipt),
    re_path(rf"^cases/{CASE}/documents/{NUMBER}/(?P<what>issue|seal|serve|void)/$", paper_steps.step),
]
