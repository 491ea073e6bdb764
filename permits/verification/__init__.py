"""Proving, years later and from the outside, that the record and all that is derived from it is whole.

`verify()` gives what is wrong, `run.py`; each check is a file of its own and registers itself, `registry.py`. Nothing
is changed here, ever.
"""
