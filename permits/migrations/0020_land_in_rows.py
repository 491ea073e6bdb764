"""The land of each application as rows, made from what was handed in last, as `permits.acts.land` makes them.

A kind reads every snapshot it ever took, so today's code is asked what an old one says. A kind that is not installed
has no rows, as before.
"""

import json
from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models

from permits.kinds import kind_or_absent

BATCH = 500
PLACES = Decimal("0.0001")


def fill(apps, schema_editor):
    Application, Submission, DeclaredLand = (
        apps.get_model("permits", name) for name in ("Application", "Submission", "DeclaredLand")
    )
    known = set(apps.get_model("roles", "Jurisdiction").objects.values_list("pk", flat=True))
    after = 0
    while keys := list(Application.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        after = keys[-1]
        rows = Submission.objects.filter(application__in=keys).order_by("act__seq")
        told = ("application", "application__kind", "application__jurisdiction", "body")
        last = {pk: said for pk, *said in rows.values_list(*told)}
        found = {}
        for pk, (kind, filed_with, body) in last.items():
            for part in kind_or_absent(kind).extent(json.loads(body)["asked"]):
                sums = found.setdefault((pk, part.place if part.place in known else filed_with, part.purpose), [0, 0])
                sums[0] += part.hectares
                sums[1] += part.cubic_metres
        DeclaredLand.objects.bulk_create(
            DeclaredLand(
                application_id=pk, place_id=place, purpose=purpose,
                hectares=hectares.quantize(PLACES), cubic_metres=Decimal(volume).quantize(PLACES),
            )
            for (pk, place, purpose), (hectares, volume) in sorted(found.items())
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("permits", "0019_papers_say_only_what_is_proven"),
        ("roles", "0018_tell_of_identities"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeclaredLand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("purpose", models.CharField(blank=True, max_length=50, verbose_name="forest purpose")),
                ("hectares", models.DecimalField(decimal_places=4, max_digits=14, verbose_name="hectares")),
                ("cubic_metres", models.DecimalField(decimal_places=4, max_digits=14, verbose_name="cubic metres")),
                (
                    "application",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="land",
                        to="permits.application",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="roles.jurisdiction",
                    ),
                ),
            ],
            options={
                "verbose_name": "land applied for",
                "verbose_name_plural": "land applied for",
                "ordering": ["application", "place", "purpose"],
                "constraints": [
                    models.UniqueConstraint(fields=("application", "place", "purpose"), name="land_once_per_class")
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=False),
    ]
