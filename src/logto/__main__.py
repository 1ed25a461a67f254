"""`python -m logto` is the `logto` command."""

from logto.cli import main

main()
