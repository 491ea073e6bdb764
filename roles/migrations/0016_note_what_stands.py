"""The security log tells of every account, post and unit as it stands at the upgrade, and of passwords it has none of.

From here on the lines that make or change one tell so themselves (roles/whole_rows.py), and verification compares them.
"""

from django.db import migrations, models

from roles.kept_passwords import fingerprint
from roles.whole_rows import ROW, fingerprints

AT_ONCE = 1000


def note(apps, schema_editor):
    lines = apps.get_model("roles", "SecurityEvent").objects
    told = set(lines.filter(details__has_key="kept").values_list("person", flat=True).distinct())
    for name in ("Person", "Post", "OperatingUnit"):
        made = []
        for row in apps.get_model("roles", name).objects.order_by("pk").iterator():
            details = {ROW: fingerprints(row)}
            if name == "Person" and row.pk not in told:
                details["kept"] = fingerprint(row.password)
            made.append(lines.model(what="noted", details=details, **about(name, row)))
        lines.bulk_create(made, batch_size=AT_ONCE)


def about(name, row):
    if name == "Person":
        return {"person_id": row.pk}
    if name == "Post":
        return {"post_id": row.pk, "agency_id": row.agency_id, "unit_id": row.unit_id}
    return {"unit_id": row.pk}


class Migration(migrations.Migration):
    dependencies = [
        ("roles", "0015_stamp_reference_data"),
    ]

    operations = [
        migrations.AlterField(
            model_name="securityevent",
            name="what",
            field=models.CharField(
                choices=[
                    ("post_made", "post made"),
                    ("appointed", "appointed to a post"),
                    ("dismissed", "dismissed from a post"),
                    ("granted", "right granted"),
                    ("grant_ended", "right ended"),
                    ("delegated", "standing in begun"),
                    ("delegation_ended", "standing in ended"),
                    ("administrator_made", "made an administrator"),
                    ("administrator_ended", "no longer an administrator"),
                    ("body_entered", "agency or unit entered"),
                    ("body_changed", "agency or unit changed"),
                    ("matrix_loaded", "edition of the role matrix applied"),
                    ("account_opened", "account opened"),
                    ("account_changed", "account changed"),
                    ("address_asked", "new address asked for"),
                    ("account_closed", "account closed"),
                    ("account_reopened", "account reopened"),
                    ("noted", "noted as it stood at an upgrade"),
                    ("invited", "one-time link given"),
                    ("password", "password set"),
                    ("rehashed", "kept form of the password renewed"),
                    ("factor_added", "second factor added"),
                    ("factor_removed", "second factor removed"),
                    ("logged_in", "logged in"),
                    ("login_failed", "log-in failed"),
                    ("logged_out", "logged out"),
                    ("locked", "locked out"),
                    ("unlocked", "lock lifted"),
                    ("session_ended", "session ended"),
                    ("refused", "refused"),
                    ("case_read", "case read by an auditor"),
                    ("desk_read", "answer of the auditor's desk read"),
                ],
                max_length=20,
                verbose_name="what",
            ),
        ),
        migrations.RunPython(note, migrations.RunPython.noop),
    ]
