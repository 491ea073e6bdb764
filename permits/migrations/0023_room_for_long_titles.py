"""The longest name of an agency, of a unit and of a design find room in the title of a paper, all three together."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("permits", "0022_acts_of_an_agency"),
    ]

    operations = [
        migrations.AlterField(
            model_name="document",
            name="title",
            field=models.CharField(max_length=500, verbose_name="title"),
        ),
    ]
