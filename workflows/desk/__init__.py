"""The auditor's desk 审计台: questions about many cases, each with a permanent address; nothing is changed here.

A question is one class in a file of its own (`question.py` says what it gives), listed in `questions.py`. What may be
asked about is what the reader's mandates to audit reach (`permits.access.audited_within`). Statistics count with the
same functions, over the same cases.
"""
