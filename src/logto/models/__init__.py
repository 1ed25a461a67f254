"""Data that crosses the wire or a session: no behaviour."""
