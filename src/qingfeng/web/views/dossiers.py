"""The sealed dossier of a finding, for inspectors to whom the finding is shown."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from qingfeng import wiring
from qingfeng.casework.desk.access import Part
from qingfeng.notary.faults import LogTrouble

from .. import agency, errors
from ..gate import part
from ..visit import visit_of


@part(Part.SUPERVISION)
@require_POST
def dossier(request: HttpRequest, number: str) -> HttpResponse:
    """Make the dossier of a finding and hand it out; who made it is laid down."""
    from qingfeng.documents.pdf import CannotSet, NoFont  # late: a worker that prints nothing loads no typesetter

    visit = visit_of(request)
    try:
        made = wiring.dossier_of(settings.AGENCY_STORE, agency.office(), int(number), visit.viewer, now=visit.now, lang=visit.lang)
    except LogTrouble as error:
        return errors.page(request, 422, error.text)
    except (NoFont, CannotSet) as error:
        return errors.page(request, 503, error.message)
    response = HttpResponse(made, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="dossier-{number}.zip"'
    return response
