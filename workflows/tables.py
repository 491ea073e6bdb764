"""The lists as tables: columns of design §9, sortable by plain GET."""

from __future__ import annotations

from collections.abc import Mapping

import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.kinds import kind_or_absent
from permits.models import Act, Application
from workflows.lights import TimeLeft, lights
from workflows.models import WorkItem


def link(address: str, text: object) -> SafeString:
    """A link."""
    return format_html('<a href="{}">{}</a>', address, text)


def status_mark(application: Application) -> str:
    """The status as word and sign."""
    said = {"status": application.status, "label": application.get_status_display()}
    return render_to_string("components/status.html", said)


def light_mark(light: TimeLeft | None) -> str:
    """Dot, words and number; a dash where no period runs."""
    return render_to_string("workflows/_light.html", {"light": light})


def kind_label(code: str) -> str:
    """The kind's name."""
    return str(kind_or_absent(code).label)


def address_of(item: WorkItem) -> str:
    """Where an item is worked on: the unit's own in the draft, an officer's on its page."""
    if item.mandate_id is None:
        return reverse("draft", args=[item.application_id])
    return reverse("task", args=[item.pk])


class ItemTable(tables.Table):
    """A queue."""

    number = tables.Column(gettext_lazy("Case"), accessor="application__number", empty_values=())
    applicant = tables.Column(
        gettext_lazy("Applicant"), accessor="application__unit", order_by="application__unit__name"
    )
    kind = tables.Column(gettext_lazy("Kind"), accessor="application__kind")
    place = tables.Column(
        gettext_lazy("Place"), accessor="application__jurisdiction", order_by="application__jurisdiction__code"
    )
    step = tables.Column(gettext_lazy("Step"))
    due = tables.Column(gettext_lazy("Time left"), empty_values=())

    class Meta:
        order_by = "due"

    lights: Mapping[int, TimeLeft] = {}

    def light_up(self) -> None:
        """Read the clocks of the rows on this page, all at once."""
        self.lights = lights(row.record for row in self.paginated_rows)

    def render_number(self, record: WorkItem) -> SafeString:
        """Case number and title, as the link to the work."""
        application = record.application
        words = application.number or application.title or _("Draft %(key)d") % {"key": application.pk}
        under = application.title if application.number and application.title else ""
        return (
            format_html(
                '{}<span class="d-block text-secondary small">{}</span>', link(address_of(record), words), under
            )
            if under
            else link(address_of(record), words)
        )

    def render_kind(self, value: str) -> str:
        """The kind's name."""
        return kind_label(value)

    def render_step(self, record: WorkItem) -> str:
        """The step's name in the flow."""
        return str(record.flow_task.task_title)

    def render_due(self, record: WorkItem) -> str:
        """The light."""
        return light_mark(self.lights.get(record.pk))


class AgencyTable(ItemTable):
    """The agency's queue, where items can be picked and taken together."""

    pick = tables.Column(gettext_lazy("Pick"), accessor="pk", orderable=False, empty_values=())

    class Meta:
        order_by = "due"
        sequence = ("pick", "...")

    def render_pick(self, record: WorkItem) -> SafeString:
        """A checkbox named for its case."""
        return format_html(
            '<input class="form-check-input" type="checkbox" name="item" value="{}" aria-label="{}">',
            record.pk,
            _("Pick %(case)s") % {"case": record.application},
        )


class DoneTable(tables.Table):
    """What a person has done."""

    number = tables.Column(gettext_lazy("Case"), accessor="application__number", empty_values=())
    applicant = tables.Column(
        gettext_lazy("Applicant"), accessor="application__unit", order_by="application__unit__name"
    )
    kind = tables.Column(gettext_lazy("Kind"), accessor="application__kind")
    act = tables.Column(gettext_lazy("Act"))
    at = tables.DateTimeColumn(verbose_name=gettext_lazy("When"), short=True)
    status = tables.Column(gettext_lazy("The case now"), accessor="application__status")

    class Meta:
        order_by = "-at"

    def render_number(self, record: Act) -> SafeString:
        """The link to the case."""
        return link(reverse("case", args=[record.application_id]), record.application)

    def render_kind(self, value: str) -> str:
        """The kind's name."""
        return kind_label(value)

    def render_act(self, record: Act) -> str:
        """The act's name."""
        return record.application.act_label(record.act)

    def render_status(self, record: Act) -> str:
        """As word and sign."""
        return status_mark(record.application)


class CaseTable(tables.Table):
    """Cases one may see."""

    number = tables.Column(gettext_lazy("Case"), empty_values=())
    applicant = tables.Column(gettext_lazy("Applicant"), accessor="unit", order_by="unit__name")
    kind = tables.Column(gettext_lazy("Kind"))
    place = tables.Column(gettext_lazy("Place"), accessor="jurisdiction", order_by="jurisdiction__code")
    received_on = tables.DateColumn(verbose_name=gettext_lazy("Received on"), short=True)
    decided_on = tables.DateColumn(verbose_name=gettext_lazy("Decided on"), short=True)
    status = tables.Column(gettext_lazy("Status"))

    class Meta:
        order_by = ("-received_on", "-number")

    def render_number(self, record: Application) -> SafeString:
        """Number and title, as the link to the case."""
        words = record.number or record.title or _("Draft %(key)d") % {"key": record.pk}
        return link(reverse("case", args=[record.pk]), words)

    def render_kind(self, value: str) -> str:
        """The kind's name."""
        return kind_label(value)

    def render_status(self, record: Application) -> str:
        """As word and sign."""
        return status_mark(record)
