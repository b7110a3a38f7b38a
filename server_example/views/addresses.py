"""Whose quota a request counts for: the address it came from, as far as that can be believed."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from werkzeug import Request

# A request from one of these comes from this machine or its own network: from a proxy, a test, or the shop's back end.
_OWN_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10",
        "::1/128", "fc00::/7", "fe80::/10",
    )
)  # fmt: skip
_SITE_PREFIX = 64  # of IPv6: what one household or phone is given, and may draw any number of addresses from


def counted(request: Request, trusted_proxies: int) -> str | None:
    """Return the address that `request` counts for, None when it counts for none.

    Behind `trusted_proxies` that is the address which the outermost of them saw: so many places from the end of
    X-Forwarded-For, where no client's own header reaches. Without proxies it is who connected, unless that is this
    machine or its network: all visitors would share it. IPv6 counts by its first 64 bits.
    """
    if trusted_proxies:
        hops = request.headers.get("X-Forwarded-For", "").rsplit(",", trusted_proxies)
        if len(hops) >= trusted_proxies:
            seen = plain(hops[-trusted_proxies].strip()[:64])
            if seen is not None:
                return seen
    connected = plain(request.environ.get("REMOTE_ADDR") or "")
    return None if connected is None or _is_own(connected) else connected


@lru_cache(16_384)
def plain(written: str) -> str | None:
    """Return the address `written` without port, an IPv6 one by its network; None when it is none.

    Some proxies write a port: ``203.0.113.9:4711``, ``[2001:db8::1]:4711``. A unix socket has no address.
    """
    text = written.partition("]")[0].removeprefix("[") if written.startswith("[") else written
    if text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        if not address.is_loopback:
            return str(ipaddress.ip_network((address, _SITE_PREFIX), strict=False).network_address)
    return str(address)


@lru_cache(16_384)
def _is_own(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    return any(parsed in network for network in _OWN_NETWORKS if network.version == parsed.version)
