"""`logto token`: an access token on standard output, and nothing else."""

import click

from logto.errors import MissingScopeError, ResourceNotGrantedError

from .application import named_application
from .failure import told
from .profile import find_profile


@click.command("token")
@named_application
@click.option("--resource", default="", metavar="URI", help="The API that the token is for.")
@click.option("--organization", metavar="ID", help="The organization that the token is for.")
def command(endpoint: str | None, app_id: str | None, resource: str, organization: str | None) -> None:
    """Print an access token of whoever is signed in, refreshed if it must be."""
    with told("token"), find_profile(endpoint, app_id).client() as client:
        try:
            click.echo(client.get_access_token(resource, organization))
        except ResourceNotGrantedError as error:
            error.hint = f"Sign in again, and ask for it: logto login --resource {resource or 'URI'}"
            raise
        except MissingScopeError as error:
            error.hint = "Sign in again, and ask for them: logto login --organizations"
            raise
