"""Trigram indexes for the search of the lists, on PostgreSQL where pg_trgm may be used (0009); elsewhere nothing."""

from django.db import migrations

INDEXES = {
    "case_number_trigram": "permits_application USING gin (upper(number::text) gin_trgm_ops)",
    "case_title_trigram": "permits_application USING gin (upper(title::text) gin_trgm_ops)",
}


def add(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'")
        if cursor.fetchone()[0]:
            for name, what in INDEXES.items():
                cursor.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {what}")


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("permits", "0016_words_of_two_signs")]

    operations = [migrations.RunPython(add, remove, elidable=False)]
