import json
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

BATCH = 1_000
AGAINST = frozenset({"not_competent", "refuse", "refer", "incomplete", "warn"})
SOME = '"findings":[{'
"""How findings begin in a canonical text that has any: others are not parsed."""


def fill(apps: Any, schema_editor: Any) -> None:
    """The rows of the acts there are, from their texts; a batch at a time, by key. Acts themselves are only read."""
    acts, rows = apps.get_model("permits", "Act").objects, apps.get_model("permits", "StoodAgainst")
    last = 0
    while part := list(acts.filter(pk__gt=last).order_by("pk").values_list("pk", "body")[:BATCH]):
        rows.objects.bulk_create(
            rows(act_id=pk, severity=severity, rule=rule)
            for pk, body in part
            if SOME in body
            for severity, rule in sorted(_against(json.loads(body)["findings"]))
        )
        last = part[-1][0]


def _against(findings: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(one["severity"], one["rule"]) for one in findings if one["severity"] in AGAINST}


class Migration(migrations.Migration):
    dependencies = [
        ("permits", "0012_supervision"),
        ("roles", "0008_supervision"),
    ]

    operations = [
        migrations.CreateModel(
            name="StoodAgainst",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("severity", models.CharField(max_length=16, verbose_name="severity")),
                ("rule", models.CharField(max_length=120, verbose_name="rule")),
                (
                    "act",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="against",
                        to="permits.act",
                    ),
                ),
            ],
            options={
                "verbose_name": "finding against an act",
                "verbose_name_plural": "findings against acts",
                "constraints": [
                    models.UniqueConstraint(fields=("act", "severity", "rule"), name="stood_once_against_an_act")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["-received_on", "-id"], name="application_newest"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
