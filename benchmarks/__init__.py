"""How fast and how large: a loader of many cases, and ratios that hold on any machine (docs/decisions/0022)."""
