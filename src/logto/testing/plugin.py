"""The pytest plugin: fixtures that start nothing until a test asks for one."""
