"""The device authorization endpoint (LOGTO.md 3.10)."""

import pytest

from tests.server.devices import DEVICE_CODE
from tests.server.test_token import SHOPPING, refused


def test_the_answer_has_the_real_servers_members_and_no_interval(device):
    """Two codes, the page, the page with the code, and ten minutes."""
    response = device.ask(parse=False)
    body = response.json()

    assert list(body) == ["device_code", "user_code", "verification_uri", "verification_uri_complete", "expires_in"]
    assert body["verification_uri"] == f"{device.server.endpoint}/device"
    assert body["verification_uri_complete"] == f"{body['verification_uri']}?user_code={body['user_code']}"
    assert (len(body["device_code"]), body["expires_in"]) == (43, 600)
    assert response.headers["cache-control"] == "no-store"


def test_discovery_names_the_endpoint(device):
    """The metadata name it and the grant, and the page follows the Host header as every endpoint does."""
    port = device.server.endpoint.rpartition(":")[2]
    here = f"http://127.0.0.1:{port}"
    metadata = device.http.get(f"{here}/oidc/.well-known/openid-configuration").json()

    assert DEVICE_CODE in metadata["grant_types_supported"]
    asked = device.http.post(metadata["device_authorization_endpoint"], data={"client_id": device.client_id}).json()
    assert asked["verification_uri"] == f"{here}/device"


@pytest.mark.parametrize("application", ["spaAppId", "appId", "m2mAppId"])
def test_other_applications_have_no_devices(server, device, application):
    """Only a Native application that is set to the device flow: else 400 invalid_request."""
    credentials = {"client_secret": server.seeded.get(application.replace("Id", "Secret"))}
    response = device.ask(parse=False, client_id=server.seeded[application], **credentials)
    refused(response, 400, "invalid_request", f"{DEVICE_CODE} is not allowed for this client")


def test_a_setting_makes_a_device_application_and_unmakes_it(fresh_server, fresh_device):
    """`isDeviceFlow` counts while the server runs."""
    fresh_device.ask()
    fresh_server.configure(fresh_device.client_id, isDeviceFlow=None)
    refused(fresh_device.ask(parse=False), 400, "invalid_request")
    fresh_server.configure(fresh_server.seeded["spaAppId"], isDeviceFlow=True)
    refused(fresh_device.ask(parse=False, client_id=fresh_server.seeded["spaAppId"]), 400, "invalid_request")


@pytest.mark.parametrize(
    ("changed", "status", "error", "description"),
    [
        ({"client_id": None}, 400, "invalid_request", "no client authentication mechanism provided"),
        ({"client_id": "nope"}, 400, "invalid_client", "invalid client nope"),
        ({"client_secret": "x"}, 401, "invalid_client", "client authentication failed"),
        ({"resource": "https://nowhere.example"}, 400, "invalid_target", "resource indicator is missing, or unknown"),
        ({"resource": "no-uri"}, 400, "invalid_target", "resource indicator is missing, or unknown"),
        ({"max_age": "-1"}, 400, "invalid_request", "invalid max_age parameter value"),
        ({"scope": ["openid", "profile"]}, 400, "invalid_request", "'scope' parameter must not be provided twice"),
    ],
)
def test_what_cannot_be_asked_for(device, changed, status, error, description):
    """Unknown clients, secrets of a public client, unknown resources and malformed parameters are refused at once."""
    refused(device.ask(parse=False, **changed), status, error, description)


def test_get_is_not_found(device):
    """The endpoint exists for POST only."""
    response = device.http.get("/oidc/device/auth")
    refused(response, 404, "invalid_request", "unrecognized route or not allowed method (GET on /device/auth)")


def test_a_json_body_works(device):
    """JSON is taken as at the token endpoint."""
    body = {"client_id": device.client_id, "scope": "openid", "resource": [SHOPPING]}
    assert device.http.post("/oidc/device/auth", json=body).status_code == 200


def test_a_foreign_origin_is_refused(device):
    """CORS is per client: a script of another origin gets 400."""
    form = {"client_id": device.client_id}
    response = device.http.post("/oidc/device/auth", data=form, headers={"Origin": "http://evil.example"})
    refused(response, 400, "invalid_request")
    assert "access-control-allow-origin" not in response.headers


def test_a_device_application_has_no_other_way_to_sign_in(device):
    """The authorization endpoint shows it an error and redirects nowhere."""
    query = {"client_id": device.client_id, "response_type": "code", "redirect_uri": "http://localhost:3000/callback"}
    response = device.http.get("/oidc/auth", params=query)
    refused(response, 400, "invalid_request", "requested grant type is not allowed for this client")
