"""Every exception that the SDK raises.

```
LogtoException                         .code (stable string), .hint (what to do about it)
├── ConfigurationError                 raised before any request leaves
├── StorageError                       what the session's storage holds cannot be read
├── NotAuthenticatedError              nobody is signed in
│   ├── SessionEndedError              the server refused the refresh token: the session is over
│   └── NoRefreshTokenError            signed in, but nothing to get a new token with
├── ForbiddenError                     signed in, but the page is not for this user
├── WebhookError                       a webhook is not Logto's, or not of now         .status
├── SignInError
│   ├── SignInSessionNotFoundError     this browser has no such sign-in under way
│   ├── SignInSessionInvalidError      the callback does not fit the sign-in          .expected .actual
│   └── AuthorizationDeniedError       the browser brought an error back              .error .error_description
├── TokenRequestError                  the server refused    .error .error_description .status .request_id .retry_after
│   ├── ClientAuthenticationError      … this application: its id or its secret
│   ├── ResourceNotGrantedError        … a resource that was not asked for at sign-in
│   ├── NotAMemberError                … an organization the user does not belong to
│   ├── MfaRequiredError               … until the user has set up a second factor
│   └── MissingScopeError              … for want of a scope that was not asked for at sign-in
├── LogtoApiError                      Logto's own APIs refused    .status .logto_code .data .request_id .retry_after
│   ├── LogtoApiUnauthorizedError      … the token, or the proof of who the user is
│   ├── LogtoApiForbiddenError         … for want of a role or a scope
│   ├── LogtoApiNotFoundError          … because there is no such thing
│   ├── LogtoApiInputError             … something malformed
│   ├── LogtoApiConflictError          … what contradicts something that is there
│   └── LogtoApiRateLimitedError       … until later
├── UnexpectedResponseError            the server made no sense                        .url .status .excerpt
├── TransportError                     no answer at all                                .url
│   └── IntrospectionUnavailableError  … so nobody knows whether an opaque token is good    .retry_after
└── TokenError                         a token is not good    .claim .expected .actual .status_code .www_authenticate
    ├── MissingTokenError 401          the request brought none                        .scope
    ├── InvalidRequestError 400        the request brought it in a way that is not allowed
    ├── InvalidTokenError 401
    ├── ExpiredTokenError 401
    └── InsufficientScopeError 403     it is good, but not for this                    .scope
```

No message, hint or attribute holds a secret, a code, a token or a cookie's value.
"""

from .api import LogtoApiConflictError as LogtoApiConflictError
from .api import LogtoApiError as LogtoApiError
from .api import LogtoApiForbiddenError as LogtoApiForbiddenError
from .api import LogtoApiInputError as LogtoApiInputError
from .api import LogtoApiNotFoundError as LogtoApiNotFoundError
from .api import LogtoApiRateLimitedError as LogtoApiRateLimitedError
from .api import LogtoApiUnauthorizedError as LogtoApiUnauthorizedError
from .base import ConfigurationError as ConfigurationError
from .base import ForbiddenError as ForbiddenError
from .base import LogtoException as LogtoException
from .base import StorageError as StorageError
from .base import WebhookError as WebhookError
from .request import ClientAuthenticationError as ClientAuthenticationError
from .request import IntrospectionUnavailableError as IntrospectionUnavailableError
from .request import MfaRequiredError as MfaRequiredError
from .request import MissingScopeError as MissingScopeError
from .request import NotAMemberError as NotAMemberError
from .request import ResourceNotGrantedError as ResourceNotGrantedError
from .request import TokenRequestError as TokenRequestError
from .request import TransportError as TransportError
from .request import UnexpectedResponseError as UnexpectedResponseError
from .sign_in import AuthorizationDeniedError as AuthorizationDeniedError
from .sign_in import NoRefreshTokenError as NoRefreshTokenError
from .sign_in import NotAuthenticatedError as NotAuthenticatedError
from .sign_in import SessionEndedError as SessionEndedError
from .sign_in import SignInError as SignInError
from .sign_in import SignInSessionInvalidError as SignInSessionInvalidError
from .sign_in import SignInSessionNotFoundError as SignInSessionNotFoundError
from .token import ExpiredTokenError as ExpiredTokenError
from .token import InsufficientScopeError as InsufficientScopeError
from .token import InvalidRequestError as InvalidRequestError
from .token import InvalidTokenError as InvalidTokenError
from .token import MissingTokenError as MissingTokenError
from .token import TokenError as TokenError
