"""Tables and decisions: pure, synchronous, without I/O."""
