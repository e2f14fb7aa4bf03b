"""Time-stamp authorities."""
