"""A case taken away whole: the volume 卷宗, one PDF to be read and printed, and the bundle, an archive to be verified.

The bundle is checked by permits/ledger/verify.py, which needs nothing of this program. docs/decisions/0019.
"""
