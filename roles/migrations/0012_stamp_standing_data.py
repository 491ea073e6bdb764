from django.db import migrations, models


def begin(apps, schema_editor):
    apps.get_model("roles", "StandingStamp").objects.using(schema_editor.connection.alias).create(stamp="first")


class Migration(migrations.Migration):
    dependencies = [("roles", "0011_told_of_editions")]

    operations = [
        migrations.CreateModel(
            name="StandingStamp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stamp", models.CharField(max_length=36, verbose_name="stamp")),
            ],
            options={
                "verbose_name": "stamp of the standing data",
                "verbose_name_plural": "stamps of the standing data",
            },
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
