"""How the database is asked for much: many rows at once, from a replica, for no longer than a page may take."""
