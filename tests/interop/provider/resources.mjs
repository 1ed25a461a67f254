// The APIs that the provider issues access tokens for.
import { errors } from 'oidc-provider';

const SHOPPING = ['https://shopping.your-app.com/api', 'https://store.your-app.com/api'];
const OPAQUE = 'https://opaque.your-app.com/api';
/** One for each algorithm: https://signed.your-app.com/RS256 and so on. */
const SIGNED = 'https://signed.your-app.com/';

const accessToken = (indicator) => {
  if (indicator === OPAQUE) return { accessTokenFormat: 'opaque' };
  const alg = indicator.startsWith(SIGNED) ? indicator.slice(SIGNED.length) : 'ES384';
  return { accessTokenFormat: 'jwt', jwt: { sign: { alg } } };
};

/** What the provider asks about an API: its scopes, and what its tokens look like. */
export const resourceServer = (_context, indicator) => {
  const known = SHOPPING.includes(indicator) || indicator === OPAQUE || indicator.startsWith(SIGNED);
  if (!known) throw new errors.InvalidTarget();
  return { scope: 'read write', audience: indicator, ...accessToken(indicator) };
};
