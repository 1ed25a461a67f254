"""What local Logto starts with when no seed file says otherwise, written as a seed file would be."""

from typing import Any

from .seed_file import MANAGEMENT_ROLE

SHOPPING = "https://shopping.your-app.com/api"
STORE = "https://store.your-app.com/api"


def _web_application(name: str, *ports: int) -> dict[str, Any]:
    bases = [f"http://{host}:{port}" for port in ports for host in ("localhost", "127.0.0.1")]
    return {
        "name": name,
        "type": "Traditional",
        "oidcClientMetadata": {
            "redirectUris": [f"{base}/callback" for base in bases],
            "postLogoutRedirectUris": [f"{base}/" for base in bases],
        },
    }


DEFAULT: dict[str, Any] = {
    "applications": [
        _web_application("Guide application", 3000, 5000),
        _web_application("Second application", 3100),
        {
            "name": "Single-page application",
            "type": "SPA",
            "oidcClientMetadata": {
                "redirectUris": ["http://localhost:3000/callback", "http://localhost:5173/callback"],
                "postLogoutRedirectUris": ["http://localhost:3000/", "http://localhost:5173/"],
            },
        },
        {"name": "Device application", "type": "Native", "customClientMetadata": {"isDeviceFlow": True}},
        {
            "name": "Machine-to-machine application",
            "type": "MachineToMachine",
            "customClientMetadata": {"allowTokenExchange": True},
            "roles": ["shopping-service"],
        },
        {"name": "Management application", "type": "MachineToMachine", "roles": [MANAGEMENT_ROLE]},
    ],
    "resources": [
        {
            "name": "Shopping API",
            "indicator": SHOPPING,
            "scopes": ["read", "write", "shopping:read", "shopping:write"],
        },
        {"name": "Store API", "indicator": STORE, "scopes": ["read", "write", "store:read", "store:write"]},
    ],
    "roles": [
        {
            "name": "shopper",
            "description": "Reads the shop",
            "scopes": {SHOPPING: ["read", "shopping:read"], STORE: ["read"]},
        },
        {
            "name": "shopping-service",
            "description": "A service that reads the shop",
            "type": "MachineToMachine",
            "scopes": {SHOPPING: ["read", "shopping:read"]},
        },
    ],
    "organizationScopes": ["org:read", "org:write", "invite:member"],
    "organizationRoles": [
        {
            "name": "admin",
            "scopes": ["org:read", "org:write", "invite:member"],
            "resourceScopes": {SHOPPING: ["write", "shopping:write"]},
        },
        {"name": "member", "scopes": ["org:read"]},
        {
            "name": "service",
            "type": "MachineToMachine",
            "scopes": ["org:read"],
            "resourceScopes": {SHOPPING: ["read", "write"]},
        },
    ],
    "users": [
        {
            "username": "alice",
            "password": "alice-pass-123",
            "name": "Alice Liddell",
            "avatar": "https://example.com/alice.png",
            "primaryEmail": "alice@example.com",
            "primaryPhone": "12025550123",
            "profile": {
                "familyName": "Liddell",
                "givenName": "Alice",
                "middleName": "P",
                "nickname": "ali",
                "preferredUsername": "alice.l",
                "profile": "https://example.com/alice",
                "website": "https://alice.example.com",
                "gender": "female",
                "birthdate": "1990-05-04",
                "zoneinfo": "Europe/London",
                "locale": "en-GB",
                "address": {
                    "country": "GB",
                    "locality": "Oxford",
                    "formatted": "1 Wonder St, Oxford",
                    "postalCode": "OX1",
                    "streetAddress": "1 Wonder St",
                },
            },
            "customData": {"plan": "gold"},
            "roles": ["shopper"],
        },
        {"username": "bob", "password": "bob-pass-12345", "primaryEmail": "bob@example.com"},
    ],
    "organizations": [
        {
            "name": "Acme",
            "description": "Acme desc",
            "members": {"alice": ["admin"]},
            "applications": {"Machine-to-machine application": ["service"]},
        },
        {"name": "Beta", "description": "Beta desc", "members": {"alice": ["member"]}},
        {"name": "Other"},
    ],
}
