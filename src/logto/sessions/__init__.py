"""Where one browser's session lives."""
