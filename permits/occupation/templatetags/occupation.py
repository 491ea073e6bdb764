"""What the summary of an occupation needs in a template."""

from typing import Any

from django import template
from django.template import Context

from permits.models import Application
from permits.occupation import summary
from permits.occupation.columns import BRIEF
from permits.occupation.kind import OCCUPATION
from roles.access import units_of
from roles.models import Person

# Beyond this a page would take seconds to open; the exported table has every row.
SHOWN_ROWS = 200

register = template.Library()


@register.simple_tag(takes_context=True)
def occupation_summary(context: Context, application: Application, submission: Any = "") -> dict[str, Any]:
    """An occupation for display, as `submission` has it; without one as was handed in last.

    Only the applicant's own people see an open draft, or a correction they are still working on, as it is now.
    """
    if not submission and not _own_draft(context.get("user"), application):
        submission = application.submissions.order_by("-act__seq").first()
    snapshot = submission.content["asked"] if submission else OCCUPATION.snapshot(application)
    rows = snapshot["parcels"]
    return {
        "facts": summary.head_facts(snapshot),
        "count": len(rows),
        "total": summary.hectares(summary.total(rows)),
        "parts": summary.breakdowns(rows),
        "brief": summary.parcel_table(rows[:SHOWN_ROWS], names=BRIEF),
        "table": summary.parcel_table(rows[:SHOWN_ROWS]),
        "shown": SHOWN_ROWS,
    }


def _own_draft(user: Any, application: Application) -> bool:
    return application.editable and isinstance(user, Person) and units_of(user).filter(pk=application.unit_id).exists()
