"""What Flask and Quart have in common: settings, what a guard asks for, signals, commands, and how answers are cached."""
