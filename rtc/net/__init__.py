"""The shell with sockets: one UDP port, ICE-lite, DTLS, signalling."""
