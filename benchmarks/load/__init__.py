"""Many cases in an empty database, for measuring: `python -m benchmarks.load CASES`.

The loader does not go through the door. Some template cases of each kind and ending are walked through it, as the
demonstration's are; their rows are then written again and again with other keys, numbers, days, units, districts and
officers, every hash computed anew by the project's own functions. So `manage.py verify_ledger` finds the record whole,
and what is measured has the size and the shape of a real one. What is not as in life: papers are small PDFs without a
seal, the files of a template's copies are the same bytes, findings keep the words of the template, and a case that was
moved by weeks may lie on a public holiday.

Because it writes past the door it refuses any database that is not empty, and any whose name does not say that it is
for benchmarks (guard.py).
"""
