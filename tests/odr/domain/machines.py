"""Every machine of the domain, for tests that look at all of them."""

from typing import Any

from odr.domain import cascades, delivery, evidence, identity, statements, video_checks
from odr.domain.steps import Machine

MACHINES: tuple[Machine[Any], ...] = (
    identity.MACHINE,
    video_checks.MACHINE,
    *cascades.MACHINES.values(),
    statements.MACHINE,
    evidence.MACHINE,
    delivery.MACHINE,
)
