"""Use cases: one coroutine an action; no service calls another."""
