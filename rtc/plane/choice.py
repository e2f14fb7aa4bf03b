"""Which data plane runs: the one in C where it was built, else the one in Python."""

from rtc.errors import NoNativePlane
from rtc.plane import DataPlane
from rtc.plane.native import NativePlane
from rtc.plane.python import PythonPlane


def choose(wish: str) -> DataPlane:
    """`wish`: auto, python or native; raises NoNativePlane where only native would do."""
    if wish == "python":
        return PythonPlane()
    try:
        return NativePlane()
    except NoNativePlane:
        if wish == "native":
            raise
        return PythonPlane()
