from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("config", "0002_watched_groups_and_short_memory"),
    ]

    operations = [
        migrations.AddField(
            model_name="heartbeat",
            name="done_at",
            field=models.DateTimeField(null=True, verbose_name="last job done"),
        ),
        migrations.AddField(
            model_name="heartbeat",
            name="guarded_at",
            field=models.DateTimeField(null=True, verbose_name="last sign of the guard"),
        ),
    ]
