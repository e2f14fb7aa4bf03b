"""Both data planes for tests; the one in C is built where it can be."""

import subprocess
from collections.abc import Callable

import pytest

from rtc.core.parts import Parts
from rtc.plane.build import build
from rtc.plane.native import NativePlane
from rtc.plane.python import PythonParts

PLANES = ("python", "native")


def need(plane: str) -> None:
    """Skip what is tested with the plane in C where it cannot be built."""
    if plane == "native":
        try:
            build()
        except (OSError, subprocess.CalledProcessError) as error:
            pytest.skip(f"the plane in C cannot be built here (cc, libssl-dev): {error}")


def parts_of(plane: str) -> Callable[[], Parts]:
    need(plane)
    return NativePlane if plane == "native" else PythonParts
