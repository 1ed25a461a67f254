// The provider's two pages, each a form that a person, or a script, sends.

const page = (response, fields) => {
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(`<!doctype html><title>Sign in</title><form method="post">${fields}<button>Continue</button></form>`);
};

const FIELDS = {
  login: '<input name="user"><input name="password" type="password">',
  consent: '<input name="decision" value="allow">',
};

const formOf = async (request) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return new URLSearchParams(Buffer.concat(chunks).toString());
};

const signedIn = (form) => {
  const right = form.get('password') === `${form.get('user')}-pass-123`;
  return right ? { login: { accountId: form.get('user') } } : { error: 'access_denied', error_description: 'wrong password' };
};

const granted = async (provider, { grantId, session, params, prompt: { details } }, form) => {
  if (form.get('decision') !== 'allow') return { error: 'access_denied', error_description: 'the user said no' };
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  if (details.missingOIDCScope) grant.addOIDCScope(details.missingOIDCScope.join(' '));
  for (const [indicator, scopes] of Object.entries(details.missingResourceScopes ?? {})) {
    grant.addResourceScope(indicator, scopes.join(' '));
  }
  return { consent: { grantId: await grant.save() } };
};

/** Shows the page of the interaction that the browser is in, or takes its form. */
export const interact = async (provider, request, response) => {
  const details = await provider.interactionDetails(request, response);
  if (request.method !== 'POST') return page(response, FIELDS[details.prompt.name]);
  const form = await formOf(request);
  const result = details.prompt.name === 'login' ? signedIn(form) : await granted(provider, details, form);
  return provider.interactionFinished(request, response, result);
};
