"""In which cases an agency acted is read from one index, which takes the place of that of the agency alone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("permits", "0021_clocks_that_stopped"),
        ("roles", "0018_tell_of_identities"),
    ]

    operations = [
        migrations.AlterField(
            model_name="act",
            name="agency",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="roles.agency",
            ),
        ),
        migrations.AddIndex(
            model_name="act",
            index=models.Index(fields=["agency", "application"], name="acts_of_agency"),
        ),
    ]
