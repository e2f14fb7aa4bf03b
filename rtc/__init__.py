"""A room of people who see and hear each other; knows no database and no case."""
