"""Adapters of the port `odr.ports.reader`."""
