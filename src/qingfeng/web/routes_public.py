"""Addresses of the portal, and of the boxes in which officers find what came in through it."""

from __future__ import annotations

from django.urls import URLPattern, re_path

from .views import apply, complain, handing, maps, progress, public, referred, tipbox, tips, turning

_POWER = r"(?P<power>[a-z0-9_]{1,60}/[a-z0-9_]{1,60})"
_CASE = r"(?P<case>[a-z0-9_]{1,60}/[a-z0-9_]{1,60}/[0-9]{4}/[0-9]{5,9})"
_ACT = r"(?P<act>[a-z0-9_]{1,100})"
_NUMBER = r"(?P<number>[0-9-]{1,20})"
_MAILBOX = r"(?P<mailbox>[0-9a-f]{64})"

urlpatterns: list[URLPattern] = [
    re_path(r"^powers/$", public.powers),
    re_path(rf"^powers/{_POWER}/$", public.power),
    re_path(rf"^powers/{_POWER}/map\.(?P<form>svg|png|pdf|docx|bpmn|html)$", maps.published),
    re_path(r"^published/$", public.publications),
    re_path(r"^help/$", public.help_page),
    re_path(r"^apply/$", apply.choose),
    re_path(rf"^apply/{_POWER}/$", apply.apply),
    re_path(rf"^apply/{_POWER}/{_ACT}/$", apply.open_case),
    re_path(r"^progress/$", progress.ask),
    re_path(r"^progress/case/$", progress.show),
    re_path(r"^progress/leave/$", progress.leave),
    re_path(r"^progress/material/$", progress.material),
    re_path(r"^progress/rate/$", progress.rate),
    re_path(rf"^progress/do/{_ACT}/$", progress.do),
    re_path(r"^complain/$", complain.choose),
    re_path(r"^complain/service/$", complain.service),
    re_path(r"^tip/$", tips.write),
    re_path(r"^tip/send/$", tips.send),
    re_path(r"^tip/look/$", tips.look),
    re_path(r"^tip/above/$", tips.above),
    re_path(r"^applications/$", apply.box),
    re_path(rf"^applications/{_NUMBER}/$", apply.application),
    re_path(rf"^applications/{_NUMBER}/register/$", apply.register),
    re_path(rf"^applications/{_NUMBER}/turn-away/$", turning.turn_away),
    re_path(rf"^applications/{_NUMBER}/review/$", turning.review),
    re_path(rf"^applications/{_NUMBER}/fill/$", apply.fill),
    re_path(rf"^applications/{_NUMBER}/settle/$", apply.settle),
    re_path(rf"^applications/{_NUMBER}/files/(?P<digest>[0-9a-f]{{64}})/$", apply.file),
    re_path(rf"^cases/{_CASE}/receipt/$", handing.hand_out),
    re_path(r"^calls/$", handing.calls),
    re_path(rf"^calls/{_NUMBER}/$", handing.call),
    re_path(r"^complaints/$", complain.box),
    re_path(rf"^complaints/{_NUMBER}/$", complain.one),
    re_path(r"^tips/$", tipbox.box),
    re_path(r"^tips/key/$", tipbox.key),
    re_path(r"^tips/up/$", tipbox.up),
    re_path(r"^tips/back/$", tipbox.back),
    re_path(rf"^tips/{_MAILBOX}/$", tipbox.one),
    re_path(rf"^tips/{_MAILBOX}/files/(?P<digest>[0-9a-f]{{64}})/$", tipbox.file),
    re_path(rf"^tips/{_MAILBOX}/identity/$", tipbox.name),
    re_path(rf"^tips/{_MAILBOX}/refer/$", referred.refer),
    re_path(r"^referrals/$", referred.mine),
    re_path(r"^referrals/(?P<number>[0-9a-f]{10})/$", referred.one),
]
