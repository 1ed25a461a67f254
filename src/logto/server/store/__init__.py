"""What is in the database, one noun a file: SQL in, values out, no rule of OAuth."""
