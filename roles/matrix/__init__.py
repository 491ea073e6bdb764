"""The role matrix as data: read from YAML, checked as a whole, written in one transaction.

`read` knows YAML and lines, `rows` turns files into checked rows, `load` writes them and tells what changed.
"""
