"""On PostgreSQL an index of pairs of Chinese signs over what acts say: of words of two signs pg_trgm makes no trigram.

SQLite's index of words is made after each migrate (permits/ledger/words.py).
"""

from django.db import migrations

PAIRS = r"""
CREATE OR REPLACE FUNCTION permits_signs(said text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5000 AS $$
    SELECT array(
        SELECT one || next
        FROM string_to_array(regexp_replace(said, '[\x01-\x7f]+', ' ', 'g'), NULL) AS signs,
             ROWS FROM (unnest(signs), unnest(signs[2:])) AS pair (one, next)
        WHERE ascii(one) >= 13312 AND ascii(next) >= 13312
    )
$$
"""
"""From U+3400, the first of the Chinese signs: the same as PAIR in permits/ledger/words.py. Only PostgreSQL's own functions
are called, so that a restored backup makes the index under any search_path. It costs half a millisecond a text: COST keeps
the planner from computing it where it could look into the index."""
INDEX = "CREATE INDEX IF NOT EXISTS act_said_pairs ON permits_act USING gin (permits_signs(body))"
UNCOUNTED = "ALTER INDEX act_said_pairs ALTER COLUMN 1 SET STATISTICS 0"
"""Else each ANALYZE makes the pairs of 30 000 texts."""


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in (PAIRS, INDEX, UNCOUNTED):
            schema_editor.execute(statement)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS act_said_pairs")
        schema_editor.execute("DROP FUNCTION IF EXISTS permits_signs(text)")


class Migration(migrations.Migration):
    dependencies = [("permits", "0015_superior_organ")]

    operations = [migrations.RunPython(add, remove, elidable=False)]
