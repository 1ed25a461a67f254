// oidc-provider 9 is written for Node 22 and says so when it starts. Of what it uses, Node 20 lacks only this one function,
// which answers null where `new URL` throws.
URL.parse ??= (...given) => (URL.canParse(...given) ? new URL(...given) : null);
