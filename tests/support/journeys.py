"""Fixtures of the journeys."""
