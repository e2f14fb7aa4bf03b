"""Online dispute resolution for courts and mediation centres; joins `filing` and `rtc`."""
