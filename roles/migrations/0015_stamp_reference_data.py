from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("roles", "0014_terms_that_never_began")]

    operations = [
        migrations.RenameModel("StandingStamp", "ReferenceStamp"),
        migrations.AlterModelOptions(
            "ReferenceStamp",
            {
                "verbose_name": "stamp of the reference data",
                "verbose_name_plural": "stamps of the reference data",
            },
        ),
    ]
