// A real OpenID Connect provider, the library beneath Logto's core, on a free port of this machine.
// Its argument is how confidential applications authenticate: client_secret_basic or client_secret_post.
import './url_parse.mjs';

import { createServer } from 'node:http';
import Provider from 'oidc-provider';

import { answerLines } from '../lines.mjs';
import { configuration } from './configuration.mjs';
import { interact } from './interaction.mjs';
import { newKeys } from './keys.mjs';
import { Memory } from './memory.mjs';

const method = process.argv[2];
const requests = [];
const schemes = [];
const revoked = [];
const logoutTokens = [];
let provider;
let handle;

const server = createServer((request, response) => {
  const path = request.url.split('?')[0];
  requests.push(`${request.method} ${path}`);
  if (path.startsWith('/token')) schemes.push(request.headers.authorization?.split(' ')[0] ?? null);
  const answered = path.startsWith('/interaction/') ? interact(provider, request, response) : handle(request, response);
  Promise.resolve(answered).catch((error) => {
    console.error(error);
    response.writeHead(400).end(error.message);
  });
});
await new Promise((listening) => { server.listen(0, '127.0.0.1', listening); });
const issuer = `http://127.0.0.1:${server.address().port}`;

const keepLogoutToken = async (_url, { body }) => {
  logoutTokens.push(new URLSearchParams(body).get('logout_token'));
  return new Response();
};

const signWithNewKeys = () => {
  provider = new Provider(issuer, configuration(newKeys(), method, keepLogoutToken));
  handle = provider.callback();
  provider.on('refresh_token.destroyed', (token) => revoked.push(token.jti));
};
signWithNewKeys();

await answerLines({
  issuer: () => issuer,
  requests: () => requests,
  schemes: () => schemes,
  revoked: () => revoked,
  logoutTokens: () => logoutTokens,
  signWithNewKeys,
  expireCodes: () => Memory.expireCodes(),
});
