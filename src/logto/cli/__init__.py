"""The `logto` command."""

import sys

SERVER_EXTRA = 'pip install "logto[server]"'
CLI_EXTRA = 'pip install "logto[cli]"'


def main() -> None:
    """Run the command line; what a command needs and is not installed is one line, not a traceback."""
    try:
        from .group import logto
    except ModuleNotFoundError as error:
        sys.exit(missing(error))
    logto()


def missing(error: ModuleNotFoundError) -> str:
    """Return what to install for a module that is not there."""
    extra = CLI_EXTRA if error.name == "click" else SERVER_EXTRA
    return f"logto: this command needs {error.name or 'more packages'}, which is not installed: {extra}"
