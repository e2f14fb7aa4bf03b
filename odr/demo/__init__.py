"""The demonstration: a court with its staff, and papers of people who do not exist."""
