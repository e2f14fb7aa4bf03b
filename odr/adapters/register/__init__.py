"""The population register."""
