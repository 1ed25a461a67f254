// What ID tokens and access tokens are signed with.
import { generateKeyPairSync, randomUUID } from 'node:crypto';

const KINDS = {
  ES384: ['ec', { namedCurve: 'P-384' }],
  ES256: ['ec', { namedCurve: 'P-256' }],
  ES512: ['ec', { namedCurve: 'P-521' }],
  Ed25519: ['ed25519', {}],
  RSA: ['rsa', { modulusLength: 2048 }],
};

// Like Logto's RSA keys, these do not say which algorithm they are for: each is for two.
const FOR_TWO = new Set(['RSA', 'Ed25519']);

/** A private key as a JWK. */
const newKey = (kind) => {
  const jwk = generateKeyPairSync(...KINDS[kind]).privateKey.export({ format: 'jwk' });
  return { ...jwk, kid: randomUUID(), use: 'sig', ...(!FOR_TWO.has(kind) && { alg: kind }) };
};

/** One new key of each kind. */
export const newKeys = () => ({ keys: Object.keys(KINDS).map(newKey) });
