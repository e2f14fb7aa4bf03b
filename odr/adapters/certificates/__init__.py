"""Certificates that this machine serves with."""
