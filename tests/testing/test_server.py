"""What a test may ask of a running local Logto."""


def test_the_sample_data_is_named(logto_server):
    """Users with passwords that no repr shows, organizations, resources, and requests that can be counted."""
    alice = logto_server.users["alice"]

    assert {"alice", "bob"} <= set(logto_server.users)
    assert alice.password not in repr(alice)
    assert {"Acme", "Beta", "Other"} <= set(logto_server.organizations)
    assert len(logto_server.resources) == 2
    assert logto_server.count("GET", "/oidc/.well-known/openid-configuration") == 0


def test_a_configuration_takes_changes_in_both_spellings(logto_server):
    """`config()` is the sample application's; what is given replaces it."""
    ours = logto_server.config()

    assert logto_server.config(appId="x").app_id == logto_server.config(app_id="x").app_id == "x"
    assert logto_server.config(app_secret="y").app_secret == "y"
    assert logto_server.second_config().app_id not in (ours.app_id, logto_server.public_config().app_id)
    assert logto_server.public_config().app_secret is None
    assert ours.expected_issuer == logto_server.issuer
