"""The commands by name; each is imported when it is called, so that `logto --help` is quick."""

from importlib import import_module

import click

COMMANDS = {
    "dev": ("logto.cli.dev", "Run local Logto on this machine."),
    "login": ("logto.cli.login", "Sign in at the command line."),
    "logout": ("logto.cli.logout", "Sign out, here and at Logto."),
    "token": ("logto.cli.token", "Print an access token."),
    "whoami": ("logto.cli.whoami", "Print who is signed in."),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and one sentence, and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click calls it so
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click calls it so
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(COMMANDS[cmd_name][0]).command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # click calls it so
        """Write the table without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, sentence) for name, (_, sentence) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="logto", prog_name="logto")
def logto() -> None:
    """Sign-in for Python web applications with Logto."""
