"""Audit engagements 审计项目: a sample drawn at random, what was found, what the agency answers and puts right.

Everything here is a row of `workflows.models.EngagementEntry`; nothing changes a case. `acts.py` holds what auditors
do, `answers.py` what the agency does, `standing.py` what the rows say, `drawing.py` how a sample is drawn.
"""
