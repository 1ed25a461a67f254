"""The Account API: what a signed-in user may see and change by themself."""
