"""Composition root: settings to adapters to services; the only place that names adapters."""
