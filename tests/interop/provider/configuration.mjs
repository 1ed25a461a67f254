// The provider's settings: those of Logto, where Logto's differ from the library's own.
import { errors } from 'oidc-provider';

import { Memory } from './memory.mjs';

const RESOURCES = ['https://shopping.your-app.com/api', 'https://store.your-app.com/api'];
const SIGNING = ['ES384', 'ES256', 'RS256', 'PS256', 'EdDSA'];

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

const resourceServer = (_context, indicator) => {
  if (!RESOURCES.includes(indicator)) throw new errors.InvalidTarget();
  return { scope: 'read write', audience: indicator, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES384' } } };
};

/** The configuration of a provider that signs with these keys and knows applications by this method, or by none. */
export const configuration = (jwks, method) => ({
  adapter: Memory,
  jwks,
  cookies: { keys: ['only for tests'] },
  clients: [
    application('public', 'none'),
    application('confidential', method),
    ...SIGNING.map((signing) => application(`signed-${signing}`, method, signing)),
  ],
  clientAuthMethods: [method, 'none'],
  enabledJWA: { idTokenSigningAlgValues: SIGNING },
  scopes: ['openid', 'offline_access', 'profile', 'email'],
  claims: { openid: ['sub'], profile: ['name', 'picture', 'updated_at'], email: ['email', 'email_verified'] },
  conformIdTokenClaims: false, // the ID token carries the profile, as Logto's does
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...ALICE }) }),
  pkce: { required: () => true },
  rotateRefreshToken: true,
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  features: {
    devInteractions: { enabled: false },
    revocation: { enabled: true },
    resourceIndicators: { enabled: true, getResourceServerInfo: resourceServer },
  },
  ttl: {
    AccessToken: 300,
    AuthorizationCode: 60,
    Grant: 86_400,
    IdToken: 3600,
    Interaction: 3600,
    RefreshToken: 86_400,
    Session: 86_400,
  },
});
