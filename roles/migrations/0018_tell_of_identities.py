"""The security log tells of every identity of the organisation's log-in that is tied to an account at the upgrade.

From here on the line of its first log-in tells so itself (roles/identities.py), and verification compares them.
"""

from django.db import migrations, models

from roles.identities import TIED, made_as


def note(apps, schema_editor):
    lines = apps.get_model("roles", "SecurityEvent").objects
    for identity in apps.get_model("socialaccount", "SocialAccount").objects.order_by("pk").iterator():
        lines.create(what="noted", person_id=identity.user_id, details={TIED: made_as(identity)})


class Migration(migrations.Migration):
    dependencies = [
        ("roles", "0017_tell_of_holidays"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
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
                    ("calendar", "yearly notice on holidays imported"),
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
                    ("identity_tied", "organisation's log-in tied to the account"),
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
