"""Signing: the same steps for every paper; whose it is and what follows stands in a module a paper."""

from odr.services.signing.agreement import AgreementSigning
from odr.services.signing.minutes import MinutesSigning

__all__ = ["AgreementSigning", "MinutesSigning"]
