"""送达回证 to be taken along: printed before the delivery, without a number, a seal or a means of checking.

Who receives signs on it, and its scan goes with the act that records the delivery. It is made anew each time and kept
nowhere; the series of receipts 收 numbers only what was issued before this form came.
"""

from __future__ import annotations

from msgspec.structs import replace

from permits.documents import forms
from permits.documents.content import NO_NUMBER, NOWHERE
from permits.documents.delivering import undelivered
from permits.documents.forms import Issue
from permits.documents.rendering import render
from permits.documents.standard import decision_papers, in_titles, matter_of
from permits.models import Application
from roles.days import local_today
from roles.models import Agency


def delivery_form(application: Application, agency: Agency) -> bytes:
    """The PDF for a decided case, with the papers named that are still to be handed over, else those of its decision,
    and the rest left blank, as `agency` delivers it.

    Raises MissingGlyphs for a name that no configured font can print.
    """
    issue = Issue(agency=agency.name, number=NO_NUMBER, date=local_today(), verification=NOWHERE)
    papers = in_titles(undelivered(application) or decision_papers(application))
    letter = forms.delivery_receipt(issue, matter_of(application), papers=papers)
    return render(replace(letter, sealed=False))
