"""What Logto's Management API tells of, one noun a file."""
