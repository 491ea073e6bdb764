"""Trigram indexes for the desk's search, on PostgreSQL where pg_trgm may be used; elsewhere nothing."""

from django.db import migrations, transaction
from django.db.utils import Error

INDEXES = {
    "act_said_trigram": "permits_act USING gin (body gin_trgm_ops)",
    "paper_number_trigram": "permits_document USING gin (upper(number::text) gin_trgm_ops)",
}


def add(apps, schema_editor):
    """The extension is trusted: who owns the database may add it. Where not, the search reads row by row, in bounded
    time."""
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        try:
            with transaction.atomic(using=connection.alias):
                cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except Error:  # not there, or not this role's to add: an index is a help, never a condition
            return
        for name, what in INDEXES.items():
            cursor.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {what}")


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("permits", "0008_permits_after_approval")]

    operations = [migrations.RunPython(add, remove, elidable=False)]
