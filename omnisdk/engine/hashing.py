"""A person's place in every draw: stable over time, processes and languages, independent between campaigns.

The person is hashed once (BLAKE2b, RFC 7693), then mixed with each campaign's salt by the finalizer of SplitMix64
(Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014). A checksum of salt + id would be
linear, so the groups of two campaigns would be correlated. ``tests/vectors/hash.json`` fixes the values for any twin
in another language.
"""

from __future__ import annotations

import hashlib

_MASK = 0xFFFF_FFFF_FFFF_FFFF


def hash_text(text: str) -> int:
    """Return the 64-bit hash of `text`: the first 8 bytes, big end first, of BLAKE2b with an 8-byte digest of its
    UTF-8 bytes."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def hash_person(seed: str) -> int:
    """Return the person's half of every stable hash; 0 for nobody (no ids), so that only the name then counts."""
    return hash_text(seed) if seed else 0


def mix(person: int, salt: int) -> int:
    """Return the draw of a `person` for a `salt` (both 64-bit), 0 to 2**64 - 1: SplitMix64 of their exclusive or."""
    z = ((person ^ salt) + 0x9E37_79B9_7F4A_7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB) & _MASK
    return z ^ (z >> 31)
