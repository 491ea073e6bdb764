from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("permits", "0010_public_register_and_objections"),
        ("roles", "0007_desk_in_the_security_log"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="act",
            index=models.Index(fields=["act", "-at"], name="acts_of_a_name"),
        ),
    ]
