"""`logto logout`: forget the tokens, here and at Logto."""

import click

from logto.errors import LogtoException, StorageError

from .application import named_application
from .failure import told
from .profile import find_profile


@click.command("logout")
@named_application
def command(endpoint: str | None, app_id: str | None) -> None:
    """Sign out: removes the tokens, and lets Logto revoke what could renew them."""
    with told("logout"):
        profile = find_profile(endpoint, app_id)
        with profile.client() as client:
            try:
                client.sign_out()
            except StorageError:
                raise  # the tokens are still there
            except LogtoException as error:
                click.echo(f"Logto could not be told: {error.message}", err=True)
        profile.remove()
        click.echo("Signed out.")
