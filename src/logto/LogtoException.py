"""The published home of the exception."""

from .errors import LogtoException as LogtoException
