"""Typesetters."""
