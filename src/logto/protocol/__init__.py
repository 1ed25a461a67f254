"""OAuth 2.0 and OpenID Connect as pure functions: no socket, no await, no clock, no storage."""
