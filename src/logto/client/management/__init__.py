"""The Management API's calls, one table a noun; each row says what is sent and what comes in protocol/management."""
