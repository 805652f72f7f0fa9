"""BLAKE2 by itself: `hashlib` gives the same function, but first loads OpenSSL for all the others."""

from __future__ import annotations

try:
    from _blake2 import blake2b
except ImportError:  # a Python that is built otherwise
    from hashlib import blake2b

__all__ = ["blake2b"]
