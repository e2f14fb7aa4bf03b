"""Pages: handlers parse, call one service, render."""
