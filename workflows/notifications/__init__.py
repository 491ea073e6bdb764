"""News for people: who is told of which act (table), made after the commit (making), read on a page, mailed (mail)."""
