"""Addresses of supervision."""

from __future__ import annotations

from django.urls import URLPattern, re_path

from .views import dossiers, drills, duties, maps, reports, supervision

NUMBER = r"(?P<number>[0-9]{1,9})"
DUTY = r"(?P<power>[a-z0-9_]{1,60}/[a-z0-9_]{1,60})/(?P<name>[a-z0-9_]{1,60})"
REPORT = r"(?P<kind>day|month|year)/(?P<name>[0-9-]{4,10})"

urlpatterns: list[URLPattern] = [
    re_path(r"^overview/$", supervision.show),
    re_path(r"^catalogue/(?P<power>[a-z0-9_]{1,60}/[a-z0-9_]{1,60})/live/$", maps.live),
    re_path(r"^catalogue/(?P<power>[a-z0-9_]{1,60}/[a-z0-9_]{1,60})/live\.(?P<form>svg|png|pdf|docx|bpmn|html)$", maps.live),
    re_path(r"^findings/$", supervision.findings),
    re_path(r"^findings/mine/$", supervision.mine),
    re_path(r"^findings/sweep/$", supervision.sweep),
    re_path(r"^findings/sweeping/$", supervision.sweeping),
    re_path(rf"^findings/{NUMBER}/$", supervision.finding),
    re_path(rf"^findings/{NUMBER}/step/$", supervision.step),
    re_path(rf"^findings/{NUMBER}/dossier/$", dossiers.dossier),
    re_path(r"^accountability/$", supervision.accountability),
    re_path(r"^duties/$", duties.duties),
    re_path(rf"^duties/{DUTY}/$", duties.duty),
    re_path(r"^samples/$", duties.samples),
    re_path(r"^reports/$", reports.all_reports),
    re_path(rf"^reports/{REPORT}/$", reports.report),
    re_path(rf"^reports/{REPORT}/sign/$", reports.sign),
    re_path(rf"^reports/{REPORT}\.(?P<form>docx|pdf|xlsx)$", reports.export),
    re_path(r"^drill/$", drills.drill),
    re_path(r"^drill/start/$", drills.start),
]
