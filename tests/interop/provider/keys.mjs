// What ID tokens and access tokens are signed with.
import { generateKeyPairSync, randomUUID } from 'node:crypto';

const KINDS = {
  ES384: ['ec', { namedCurve: 'P-384' }],
  ES256: ['ec', { namedCurve: 'P-256' }],
  EdDSA: ['ed25519', {}],
  RSA: ['rsa', { modulusLength: 2048 }],
};

/** A private key as a JWK. Like Logto's, an RSA key does not say which algorithm it is for. */
const newKey = (kind) => {
  const jwk = generateKeyPairSync(...KINDS[kind]).privateKey.export({ format: 'jwk' });
  return { ...jwk, kid: randomUUID(), use: 'sig', ...(kind !== 'RSA' && { alg: kind }) };
};

/** One new key of each kind. */
export const newKeys = () => ({ keys: Object.keys(KINDS).map(newKey) });
