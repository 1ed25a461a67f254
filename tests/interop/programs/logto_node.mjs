// An application on Logto's own SDK for Node. Its argument is the SDK's configuration.
import LogtoClient from '@logto/node';

import { answerLines } from '../lines.mjs';

const stored = new Map();
const storage = {
  getItem: async (key) => stored.get(key) ?? null,
  setItem: async (key, value) => { stored.set(key, value); },
  removeItem: async (key) => { stored.delete(key); },
};
let destination;
const navigate = (url) => { destination = url; };
const client = new LogtoClient(JSON.parse(process.argv[2]), { navigate, storage });

/** The method, answering with the address that it would have sent the browser to. */
const leadingAway = (method) => async (...given) => {
  await client[method](...given);
  return destination;
};

await answerLines({
  signIn: leadingAway('signIn'),
  signOut: leadingAway('signOut'),
  handleSignInCallback: (url) => client.handleSignInCallback(url),
  isAuthenticated: () => client.isAuthenticated(),
  getIdTokenClaims: () => client.getIdTokenClaims(),
  fetchUserInfo: () => client.fetchUserInfo(),
  getAccessToken: (...given) => client.getAccessToken(...given),
  getOrganizationToken: (id) => client.getOrganizationToken(id),
  getAccessTokenClaims: (resource) => client.getAccessTokenClaims(resource),
  getOrganizationTokenClaims: (id) => client.getOrganizationTokenClaims(id),
  getRefreshToken: () => client.getRefreshToken(),
  clearAccessToken: () => client.clearAccessToken(),
  getContext: (wanted) => client.getContext(wanted),
});
