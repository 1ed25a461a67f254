// An application on openid-client, a certified client for any OpenID provider. Its arguments: issuer, id, secret, method.
import * as openid from 'openid-client';

import { answerLines } from '../lines.mjs';

const [issuer, id, secret, method] = process.argv.slice(2);
const AUTHENTICATION = {
  basic: openid.ClientSecretBasic,
  post: openid.ClientSecretPost,
  none: openid.None,
};
const config = await openid.discovery(new URL(issuer), id, undefined, AUTHENTICATION[method](secret), {
  execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks], // loopback; signatures are checked
});

let attempt;
let tokens;

const begin = async (parameters) => {
  attempt = {
    pkceCodeVerifier: openid.randomPKCECodeVerifier(),
    expectedState: openid.randomState(),
    expectedNonce: openid.randomNonce(),
  };
  return {
    code_challenge: await openid.calculatePKCECodeChallenge(attempt.pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: attempt.expectedState,
    nonce: attempt.expectedNonce,
    ...parameters,
  };
};

/** Parameters as openid-client takes them; a list becomes a parameter that is given several times. */
const repeated = (parameters) => new URLSearchParams(
  Object.entries(parameters).flatMap(([name, value]) => [value].flat().map((one) => [name, one])),
);

const refresh = async (parameters = {}) => {
  tokens = { ...tokens, ...(await openid.refreshTokenGrant(config, tokens.refresh_token, repeated(parameters))) };
  return tokens;
};

await answerLines({
  metadata: () => config.serverMetadata(),
  signIn: async (parameters) => openid.buildAuthorizationUrl(config, repeated(await begin(parameters))).href,
  signInPushed: async (parameters) =>
    (await openid.buildAuthorizationUrlWithPAR(config, repeated(await begin(parameters)))).href,
  callback: async (url, checks = {}) => {
    const answer = await openid.authorizationCodeGrant(config, new URL(url), { ...attempt, idTokenExpected: true, ...checks });
    tokens = { ...answer };
    return { tokens, claims: answer.claims() };
  },
  refresh,
  userInfo: () => openid.fetchUserInfo(config, tokens.access_token, openid.skipSubjectCheck),
  introspect: (token) => openid.tokenIntrospection(config, token),
  revoke: (token) => openid.tokenRevocation(config, token),
  clientCredentials: (parameters) => openid.clientCredentialsGrant(config, parameters),
  askForDevice: (parameters) => openid.initiateDeviceAuthorization(config, repeated(parameters)),
  // Logto names no interval; the five seconds to wait instead are nothing that a test should wait for.
  pollForDevice: async (device) => {
    const answer = await openid.pollDeviceAuthorizationGrant(config, { ...device, interval: 0 });
    tokens = { ...answer };
    return { tokens, claims: answer.claims() };
  },
  exchangeToken: (parameters) =>
    openid.genericGrantRequest(config, 'urn:ietf:params:oauth:grant-type:token-exchange', repeated(parameters)),
  signOut: (parameters) => openid.buildEndSessionUrl(config, parameters).href,
});
