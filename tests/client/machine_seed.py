"""A local Logto's data for programs: a machine with a role and an organization, a device, a person."""

APP_ID = "machine"
SECRET = "machine-secret"
WEB_APP_ID = "web"
WEB_SECRET = "web-secret"
DEVICE_APP_ID = "device"
RESOURCE = "https://shopping.your-app.com/api"
ORGANIZATION = "acme"

SEED = {
    "applications": [
        {
            "name": "Machine",
            "type": "MachineToMachine",
            "id": APP_ID,
            "secret": SECRET,
            "roles": ["service"],
            "customClientMetadata": {"allowTokenExchange": True},
        },
        {
            "name": "Web",
            "type": "Traditional",
            "id": WEB_APP_ID,
            "secret": WEB_SECRET,
            "oidcClientMetadata": {"redirectUris": ["http://localhost:3000/callback"]},
        },
        {"name": "Device", "type": "Native", "id": DEVICE_APP_ID, "customClientMetadata": {"isDeviceFlow": True}},
    ],
    "resources": [{"indicator": RESOURCE, "scopes": ["read", "write"]}],
    "roles": [
        {"name": "service", "type": "MachineToMachine", "scopes": {RESOURCE: ["read"]}},
        {"name": "shopper", "type": "User", "scopes": {RESOURCE: ["read"]}},
    ],
    "organizationScopes": ["org:read"],
    "organizationRoles": [
        {"name": "robot", "type": "MachineToMachine", "scopes": ["org:read"], "resourceScopes": {RESOURCE: ["read"]}},
        {"name": "member", "type": "User", "scopes": ["org:read"]},
    ],
    "organizations": [
        {
            "name": "Acme",
            "id": ORGANIZATION,
            "members": {"alice": ["member"]},
            "applications": {"Machine": ["robot"]},
        }
    ],
    "users": [{"username": "alice", "password": "alice-pass-123", "roles": ["shopper"]}],
}
