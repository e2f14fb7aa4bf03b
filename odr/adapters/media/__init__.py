"""Media rooms: the one door to rtc."""
