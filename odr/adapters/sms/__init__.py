"""Short messages."""
