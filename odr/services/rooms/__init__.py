"""The room of a sitting while people are in it: who comes, who is where, and that media obeys."""

from odr.services.rooms.room import RoomService

__all__ = ["RoomService"]
