"""Pages of officers, heads and auditors."""
