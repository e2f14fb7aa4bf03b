"""The national network identity service (网号, 网证): a person is verified without showing a number here.

Source: 国家网络身份认证公共服务管理办法 (from 2025-07-15): voluntary; whoever uses it is not asked for
the plain number again. The service's technical interface is not public; an adapter maps it to this port.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class NetworkAnswer:
    """`number` is the 网号, which says nothing about the person; `name` is given with the person's consent.

    `reference` is the service's receipt of this one certificate.
    """

    number: str
    name: str
    reference: str


class NetworkIdentity(Protocol):
    def address(self, back: str) -> str:
        """Where the person shows the certificate; he comes back to `back` with `certificate` in the query."""
        ...

    async def redeem(self, certificate: str) -> NetworkAnswer:
        """Whose certificate it is; BadInput for one that is false or old, Unavailable: try again later."""
        ...


class CertificateIssuer(Protocol):
    """The person's own app, as the sandbox plays it."""

    def issue(self, citizen_id: str) -> str:
        """A fresh certificate of an invented citizen; NotFound for anybody else."""
        ...
