"""Addresses of the legal office and the three administrators."""

from __future__ import annotations

from django.urls import URLPattern, re_path

from .views import accounts, audit, calendars, catalogue, connections, imports, maps, people, people_changes

POWER = r"(?P<power>[a-z0-9_]{1,60}/[a-z0-9_]{1,60})"

urlpatterns: list[URLPattern] = [
    re_path(r"^catalogue/$", catalogue.powers),
    re_path(rf"^catalogue/{POWER}/$", catalogue.power),
    re_path(rf"^catalogue/{POWER}/map\.(?P<form>svg|png|pdf|docx|bpmn|html)$", maps.any_version),
    re_path(rf"^catalogue/{POWER}/diff/$", catalogue.compare),
    re_path(rf"^catalogue/{POWER}/draft/$", catalogue.draft),
    re_path(rf"^catalogue/{POWER}/draft/begin/$", catalogue.begin),
    re_path(rf"^catalogue/{POWER}/draft/text/$", catalogue.write),
    re_path(rf"^catalogue/{POWER}/draft/drill/$", catalogue.drill),
    re_path(rf"^catalogue/{POWER}/draft/step/$", catalogue.step),
    re_path(rf"^catalogue/{POWER}/draft/form/(?P<which>head|steps|limits)/$", catalogue.form),
    re_path(rf"^catalogue/{POWER}/draft/form/(?P<which>controls|duties)/(?P<rule>[a-z0-9_]{{1,100}})/$", catalogue.form),
    re_path(r"^imports/$", imports.every),
    re_path(r"^imports/(?P<number>[0-9]{1,9})/$", imports.one),
    re_path(r"^imports/(?P<number>[0-9]{1,9})/take/$", imports.take),
    re_path(r"^imports/(?P<number>[0-9]{1,9})/original$", imports.original),
    re_path(r"^calendars/$", calendars.calendars),
    re_path(r"^calendars/decide/$", calendars.decide),
    re_path(r"^people/$", people.people),
    re_path(r"^people/officer/$", people.officer),
    re_path(r"^people/register/$", people.register),
    re_path(r"^people/import/$", people.bring_in),
    re_path(r"^people/changes/$", people_changes.changes),
    re_path(r"^people/changes/decide/$", people_changes.decide),
    re_path(r"^people/(?P<which>template|export)\.xlsx$", people.sheet),
    re_path(r"^accounts/$", accounts.accounts),
    re_path(r"^accounts/propose/$", accounts.propose),
    re_path(r"^accounts/decide/$", accounts.decide),
    re_path(r"^accounts/release/$", accounts.release),
    re_path(r"^clients/$", connections.all_clients),
    re_path(r"^clients/propose/$", connections.propose_client),
    re_path(r"^clients/decide/$", connections.decide_client),
    re_path(r"^clients/end/$", connections.end_client),
    re_path(r"^hooks/$", connections.all_hooks),
    re_path(r"^hooks/propose/$", connections.propose_hook),
    re_path(r"^hooks/decide/$", connections.decide_hook),
    re_path(r"^hooks/end/$", connections.end_hook),
    re_path(r"^hooks/again/$", connections.again),
    re_path(r"^audit/$", audit.audit),
    re_path(r"^audit/export\.xlsx$", audit.export),
]
