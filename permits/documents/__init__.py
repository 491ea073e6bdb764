"""Official letters and certificates: typed content in, the same PDF bytes out; numbering, signing and checking.

`content` says what a paper holds, `forms` gives the fixed wording of each paper, `letter` and `certificate` set it,
`signing` seals it, `issue` numbers and stores it. Only `issue` and `checking` know the database.
"""
