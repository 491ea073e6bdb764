"""Tables that applicants hand in as a file: read cell by cell, checked, written back; one machinery for every kind."""
