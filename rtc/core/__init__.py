"""Decisions about packets; no sockets, no clock, no waiting."""
