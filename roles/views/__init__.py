"""Pages of rights: who may what, by which document, and those who enter it."""
