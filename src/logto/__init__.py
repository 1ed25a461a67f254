"""Sign-in for Python web applications with Logto."""
