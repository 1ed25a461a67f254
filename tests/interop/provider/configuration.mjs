// The provider's settings: those of Logto, where Logto's differ from the library's own.
import { Memory } from './memory.mjs';
import { resourceServer } from './resources.mjs';

const SIGNING = ['ES384', 'ES256', 'ES512', 'RS256', 'PS256', 'EdDSA', 'Ed25519'];

const ALICE = {
  name: 'Alice Liddell',
  picture: null,
  updated_at: 1_795_349_723_963,
  email: 'alice@example.com',
  email_verified: true,
};

const application = (id, method, signing = 'ES384') => ({
  client_id: id,
  ...(method !== 'none' && { client_secret: `the secret of ${id}: 100% & more` }),
  token_endpoint_auth_method: method,
  redirect_uris: ['http://localhost:3000/callback'],
  post_logout_redirect_uris: ['http://localhost:3000/'],
  grant_types: ['authorization_code', 'refresh_token'],
  id_token_signed_response_alg: signing,
});

const machine = (method) => ({
  ...application('machine', method),
  redirect_uris: [],
  response_types: [],
  grant_types: ['client_credentials'],
});

const device = {
  ...application('device', 'none'),
  redirect_uris: [],
  response_types: [],
  grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
};

const notified = (method) => ({
  ...application('notified', method),
  backchannel_logout_uri: 'https://shop.your-app.com/backchannel-logout',
});

/**
 * The configuration of a provider that signs with these keys and knows applications by this method, or by none.
 * Whatever it sends to an application goes to `deliver`, and not over the network.
 */
export const configuration = (jwks, method, deliver) => ({
  adapter: Memory,
  jwks,
  cookies: { keys: ['only for tests'] },
  clients: [
    application('public', 'none'),
    application('confidential', method),
    ...SIGNING.map((signing) => application(`signed-${signing}`, method, signing)),
    machine(method),
    device,
    notified(method),
  ],
  clientAuthMethods: [method, 'none'],
  enabledJWA: { idTokenSigningAlgValues: SIGNING },
  scopes: ['openid', 'offline_access', 'profile', 'email'],
  claims: { openid: ['sub'], profile: ['name', 'picture', 'updated_at'], email: ['email', 'email_verified'] },
  conformIdTokenClaims: false, // the ID token carries the profile, as Logto's does
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...ALICE }) }),
  pkce: { required: () => true },
  rotateRefreshToken: true,
  fetch: deliver,
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    introspection: { enabled: true },
    resourceIndicators: { enabled: true, getResourceServerInfo: resourceServer },
    revocation: { enabled: true },
  },
  ttl: {
    AccessToken: 300,
    AuthorizationCode: 60,
    ClientCredentials: 300,
    DeviceCode: 600,
    Grant: 86_400,
    IdToken: 3600,
    Interaction: 3600,
    RefreshToken: 86_400,
    Session: 86_400,
  },
});
