"""The calls of Logto's Management API as values, one noun a file (LOGTO.md 5.5)."""
