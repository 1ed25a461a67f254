"""`logto whoami`: who is signed in at this computer."""

import click

from .application import named_application
from .failure import told
from .login import name_of
from .profile import find_profile


@click.command("whoami")
@named_application
@click.option("--json", "as_json", is_flag=True, help="Print what the ID token says, as JSON.")
def command(endpoint: str | None, app_id: str | None, as_json: bool) -> None:
    """Print who is signed in, without asking Logto."""
    with told("whoami"):
        profile = find_profile(endpoint, app_id)
        with profile.client() as client:
            claims = client.get_id_token_claims()
        if as_json:
            click.echo(claims.model_dump_json(exclude_unset=True))
        else:
            click.echo(f"{name_of(claims)} ({claims.sub}) at {profile.endpoint}, application {profile.app_id}")
