"""Letting a device in that has no browser: what the device asks for, and the pages on which a person decides (RFC 8628)."""
