"""How the clock of each case stopped, in columns of the case, computed from its entries as `permits.clocks.timing` does.

And an index of what applications were refused on. A case whose clock cannot be computed keeps empty columns, as one that never had a clock: verification tells of it.
"""

import logging

from django.db import migrations, models

from permits.clocks.timing import Entry, Timings

log = logging.getLogger(__name__)
BATCH = 1_000
FIELDS = ("stopped_on", "last_day_by_law", "last_day_promised")


def fill(apps, schema_editor):
    Application, ClockEntry = (apps.get_model("permits", name) for name in ("Application", "ClockEntry"))
    timings, after = None, 0
    while keys := list(Application.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        after, timings, clocks = keys[-1], timings or Timings(), {}
        rows = ClockEntry.objects.filter(application__in=keys, step="").order_by("pk")
        for pk, *entry in rows.values_list("application", *Entry._fields):
            clocks.setdefault(pk, []).append(Entry(*entry))
        together = {}
        for pk, entries in clocks.items():
            try:
                timing = timings.of(entries)
            except Exception:
                log.exception("the clock of case %s cannot be computed", pk)
                continue
            together.setdefault(timing, []).append(pk)
        for timing, those in together.items():
            if timing is not None:
                days = (timing.stopped, timing.statutory, timing.promised)
                Application.objects.filter(pk__in=those).update(**dict(zip(FIELDS, days, strict=True)))


class Migration(migrations.Migration):
    dependencies = [
        ("permits", "0020_land_in_rows"),
        ("roles", "0018_tell_of_identities"),
    ]

    operations = [
        migrations.AddField(
            model_name="application",
            name="stopped_on",
            field=models.DateField(editable=False, null=True, verbose_name="clock stopped on"),
        ),
        migrations.AddField(
            model_name="application",
            name="last_day_by_law",
            field=models.DateField(editable=False, null=True, verbose_name="last day by law"),
        ),
        migrations.AddField(
            model_name="application",
            name="last_day_promised",
            field=models.DateField(editable=False, null=True, verbose_name="last day promised"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=False),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                fields=[
                    "decided_on",
                    "kind",
                    "jurisdiction",
                    "status",
                    "stopped_on",
                    "last_day_by_law",
                    "last_day_promised",
                    "id",
                ],
                condition=models.Q(("decided_on__isnull", False), ("number__isnull", False)),
                name="application_decided",
            ),
        ),
        migrations.AddIndex(
            model_name="stoodagainst",
            index=models.Index(
                fields=["act", "rule"],
                condition=models.Q(("severity__in", ("refuse", "not_competent"))),
                name="stood_gravely",
            ),
        ),
    ]
