"""The outside world, sandboxed or real; named by `odr.wiring` alone."""
