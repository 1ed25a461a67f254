"""`logto login`: sign in at the command line, with a code that is typed in a browser."""

import webbrowser

import click

from logto.client.device import LogtoSyncDevice
from logto.errors import ConfigurationError
from logto.models.claims import IdTokenClaims
from logto.models.device import DeviceCode
from logto.models.scopes import UserInfoScope
from logto.sessions.keyring_storage import KeyringStorage

from .application import named_application
from .failure import told
from .profile import Profile


@click.command("login")
@named_application
@click.option("--scope", "scopes", multiple=True, metavar="SCOPE", help="A permission to ask for; may be repeated.")
@click.option(
    "--resource", "resources", multiple=True, metavar="URI", help="An API to get tokens for; may be repeated."
)
@click.option("--organizations", is_flag=True, help="Ask for tokens of organizations, too.")
@click.option("--open", "opens", is_flag=True, help="Open the page in a browser.")
@click.option(
    "--keep-in",
    type=click.Choice(["auto", "keyring", "file"]),
    default="auto",
    show_default=True,
    help="Where the tokens are kept; auto is the keyring where there is one.",
)
def command(
    endpoint: str | None,
    app_id: str | None,
    scopes: tuple[str, ...],
    resources: tuple[str, ...],
    organizations: bool,
    opens: bool,
    keep_in: str,
) -> None:
    """Sign in: shows a code, and waits until you have typed it in a browser."""
    with told("login"):
        profile = _profile(endpoint, app_id, scopes, resources, organizations, keep_in)
        with profile.client() as client:
            device = LogtoSyncDevice(client)
            code = device.begin()
            _show(code, opens)
            device.wait(code)
            profile.save()
            click.echo(f"Signed in as {name_of(client.get_id_token_claims())}. The tokens are in {profile.place}.")


def name_of(claims: IdTokenClaims) -> str:
    """What a person is called, fit for a terminal."""
    name = claims.username or claims.email or claims.name or claims.sub
    return "".join(character if character.isprintable() else "?" for character in name[:200])


def _profile(
    endpoint: str | None,
    app_id: str | None,
    scopes: tuple[str, ...],
    resources: tuple[str, ...],
    organizations: bool,
    keep_in: str,
) -> Profile:
    if not endpoint or not app_id:
        raise ConfigurationError(
            "Where to sign in is not known.",
            hint="Give --endpoint and --app-id, or set LOGTO_ENDPOINT and LOGTO_APP_ID.",
        )
    asked = (*scopes, str(UserInfoScope.organizations)) if organizations else scopes
    keyring = keep_in == "keyring" or (keep_in == "auto" and KeyringStorage.is_available())
    profile = Profile(endpoint, app_id, asked, resources, keyring)
    # As the configuration spells it: a trailing slash makes no other application.
    return Profile(profile.config.endpoint, app_id, asked, resources, keyring)


def _show(code: DeviceCode, opens: bool) -> None:
    page = code.verification_uri_complete or code.verification_uri
    click.echo(f"To sign in, open\n\n  {page}\n\nand see that it shows, or type, the code\n\n  {code.user_code}\n")
    if opens and not webbrowser.open(page):
        click.echo("No browser could be opened here.", err=True)
