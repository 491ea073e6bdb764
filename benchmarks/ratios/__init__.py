"""One file for each ratio: `measure(bench)` takes turns between two sides, the other functions run in workers."""
