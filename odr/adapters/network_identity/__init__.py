"""The national network identity service."""
