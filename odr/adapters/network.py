"""The addresses of this machine, read from its interfaces."""

import ipaddress
import re
import socket

import ifaddr

# Bridges of containers and virtual machines: a phone cannot reach them.
_VIRTUAL = re.compile(r"^(docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel|lxc|podman)")
# Nothing is sent: connecting a datagram socket only asks the routing table (TEST-NET-1, RFC 5737).
_SOMEWHERE = ("192.0.2.1", 9)


class LocalNetwork:
    """Implements `odr.ports.certificates.Network`."""

    def addresses(self) -> list[str]:
        likeliest = _way_out()
        found = {
            ip.ip: (ip.ip != likeliest, bool(_VIRTUAL.match(adapter.name)), ip.ip)
            for adapter in ifaddr.get_adapters()
            for ip in adapter.ips
            if isinstance(ip.ip, str) and _reachable(ip.ip)
        }
        return sorted(found, key=found.__getitem__)


def _way_out() -> str:
    """The address that packets would leave from; empty without a route."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(_SOMEWHERE)
        except OSError:
            return ""
        address: str = asked.getsockname()[0]
        return address


def _reachable(text: str) -> bool:
    address = ipaddress.ip_address(text)
    return address.is_private and not address.is_loopback and not address.is_link_local
