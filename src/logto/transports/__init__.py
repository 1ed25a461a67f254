"""Carrying one request: over a pool of connections, or from answers written beforehand."""
