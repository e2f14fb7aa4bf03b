"""Rows and queries; SQLAlchemy lives here alone."""
