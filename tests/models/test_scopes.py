"""The words that a sign-in is asked with."""

import pytest

from logto import OAuthScope, ReservedResource, UserInfoScope


@pytest.mark.parametrize(
    ("member", "text"),
    [
        (UserInfoScope.openid, "openid"),
        (UserInfoScope.email, "email"),
        (UserInfoScope.phone, "phone"),
        (UserInfoScope.custom_data, "custom_data"),
        (UserInfoScope.customData, "custom_data"),
        (UserInfoScope.identities, "identities"),
        (UserInfoScope.roles, "roles"),
        (UserInfoScope.organizations, "urn:logto:scope:organizations"),
        (UserInfoScope.organization_roles, "urn:logto:scope:organization_roles"),
        (OAuthScope.offlineAccess, "offline_access"),
        (OAuthScope.offline_access, "offline_access"),
        (ReservedResource.organizations, "urn:logto:resource:organizations"),
    ],
)
def test_a_member_is_its_text_everywhere(member, text):
    """Equal, of the same hash, and printed as the text: members and strings mix freely."""
    assert member == text
    assert f"{member} {member!s}" == f"{text} {text}"
    assert {member: 1}[text] == 1
    assert " ".join(sorted({member, text})) == text
