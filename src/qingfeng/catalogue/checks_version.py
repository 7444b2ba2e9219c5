"""All judgements on one version of a power, theme by theme."""

from __future__ import annotations

from qingfeng.catalogue.checks_drills import check_drills, check_parts, check_readings
from qingfeng.catalogue.checks_flow import check_flow
from qingfeng.catalogue.checks_limits import check_limits
from qingfeng.catalogue.checks_names import check_names
from qingfeng.catalogue.checks_stories import check_stories
from qingfeng.catalogue.checks_view import View


def check_version(view: View) -> None:
    """Errors of one version; the flow is judged only where the names are sound, for it would only repeat them."""
    before = view.faults.errors
    check_names(view)
    check_limits(view)
    if view.whole and view.faults.errors == before:
        check_flow(view)
    check_stories(view)
    check_parts(view)
    check_readings(view)
    if view.whole:
        check_drills(view)
