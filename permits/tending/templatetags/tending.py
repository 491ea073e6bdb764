"""What the summary of a tending design needs in a template."""

from typing import Any

from django import template
from django.template import Context

from permits.models import Application
from permits.tending import summary
from permits.tending.columns import BRIEF
from permits.tending.kind import TENDING
from roles.access import units_of
from roles.models import Person

# Beyond these a page would take seconds to open; the exported table has every row and field.
BRIEF_ROWS = 500
FULL_ROWS = 100

register = template.Library()


@register.simple_tag(takes_context=True)
def tending_summary(context: Context, application: Application, submission: Any = "") -> dict[str, Any]:
    """A design for display, as `submission` has it; without one as was handed in last.

    Only the applicant's own people see an open draft, or a correction they are still working on, as it is now.
    """
    if not submission and not _own_draft(context.get("user"), application):
        submission = application.submissions.order_by("-act__seq").first()
    snapshot = submission.content["asked"] if submission else TENDING.snapshot(application)
    plots = snapshot["plots"]
    return {
        "facts": summary.head_facts(snapshot),
        "brief": summary.plot_table(plots[:BRIEF_ROWS], names=BRIEF),
        "table": summary.plot_table(plots[:FULL_ROWS]),
        "brief_rows": BRIEF_ROWS,
        "full_rows": FULL_ROWS,
        "totals": summary.totals_by_method(plots),
        "total": summary.total(plots),
    }


def _own_draft(user: Any, application: Application) -> bool:
    return application.editable and isinstance(user, Person) and units_of(user).filter(pk=application.unit_id).exists()
