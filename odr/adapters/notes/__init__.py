"""Signers of notes."""
