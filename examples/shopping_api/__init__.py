"""The protected API that the examples call."""
