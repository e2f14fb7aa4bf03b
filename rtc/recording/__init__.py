"""Recordings: the packets of a room into files that ordinary players play, never decoded."""
