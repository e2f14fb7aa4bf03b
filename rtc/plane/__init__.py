"""The data plane: unprotect, rewrite, protect, send."""
