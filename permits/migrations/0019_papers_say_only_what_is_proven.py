"""What nothing verifies leaves the papers: days nobody wrote, and a ground that the act says which ended the paper."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("permits", "0018_decided_anew")]

    operations = [
        migrations.RenameField("document", "status_note", "failure"),
        migrations.AlterField(
            "document",
            "failure",
            models.CharField(blank=True, max_length=250, verbose_name="why it could not be printed yet"),
        ),
        migrations.RemoveField("document", "valid_from"),
        migrations.RemoveField("document", "valid_until"),
    ]
