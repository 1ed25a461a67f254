"""The token response as a value."""

from logto import TokenResponse


def test_no_token_is_in_its_repr_and_unknown_members_are_kept():
    """Access, refresh and ID token are left out of the repr; what else came can be read."""
    response = TokenResponse(
        access_token="secret-1", token_type="Bearer", refresh_token="secret-2", id_token="secret-3", extra="kept"
    )

    assert "secret" not in f"{response!r} {response}"
    assert response.extra == "kept"
    assert response.expires_in is None
