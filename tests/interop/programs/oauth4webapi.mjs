// An API and its caller on oauth4webapi, which keeps to the RFCs and knows nothing of Logto. Its argument: the issuer.
import * as oauth from 'oauth4webapi';

import { answerLines } from '../lines.mjs';

const issuer = new URL(process.argv[2]);
const loopback = { [oauth.allowInsecureRequests]: true };
const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, loopback));

/** What an API would be asked with this token. */
const requestWith = (token) => new Request('https://api.example.com/', { headers: { authorization: `Bearer ${token}` } });

/** What comes of asking an API with this token: its answer, or its challenges, read as RFC 9110 has them. */
const call = async (url, token) => {
  try {
    const response = await oauth.protectedResourceRequest(token, 'GET', new URL(url), undefined, null, loopback);
    return { status: response.status, body: await response.json() };
  } catch (error) {
    if (!(error instanceof oauth.WWWAuthenticateChallengeError)) throw error;
    return { status: error.status, challenges: error.cause };
  }
};

/** The description of an API, if it is really that API's. */
const described = (resource, response) => oauth.processResourceDiscoveryResponse(new URL(resource), response);

await answerLines({
  verify: (token, audience) => oauth.validateJwtAccessToken(server, requestWith(token), audience, loopback),
  call,
  describe: async (resource) => described(resource, await oauth.resourceDiscoveryRequest(new URL(resource), loopback)),
  describeAt: async (url, resource) => described(resource, await fetch(url)),
});
