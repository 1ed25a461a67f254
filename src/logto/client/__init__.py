"""What users construct: tables of the conversations."""
