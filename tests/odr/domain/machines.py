"""Every machine of the domain, for tests that look at all of them."""

from typing import Any

from odr.domain import (
    cascades,
    comparisons,
    delivery,
    evidence,
    guests,
    identity,
    offers,
    originals,
    recordings,
    statements,
    video_checks,
)
from odr.domain.steps import Machine

MACHINES: tuple[Machine[Any], ...] = (
    identity.MACHINE,
    video_checks.MACHINE,
    *cascades.MACHINES.values(),
    statements.MACHINE,
    offers.MACHINE,
    comparisons.MACHINE,
    guests.MACHINE,
    evidence.MACHINE,
    originals.MACHINE,
    delivery.MACHINE,
    recordings.MACHINE,
)
