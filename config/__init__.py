"""Settings, addresses and what the whole site shares; may import every package, and none imports it."""
