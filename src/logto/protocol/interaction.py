"""What the user shall meet at Logto: the parameters that are Logto's, beside those of the protocol (LOGTO.md 3.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from ..errors import ConfigurationError
from ..models.config import PROMPTS
from ..models.scopes import FirstScreen, Identifier
from .answer import printable
from .http import is_text

RESERVED_PARAMETERS = frozenset(
    [
        "client_id",
        "client_secret",
        "redirect_uri",
        "response_type",
        "response_mode",
        "scope",
        "resource",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "prompt",
        "max_age",
        "request",
        "request_uri",
        "registration",
        "claims",
        # These are checked where they are arguments, because a wrong one makes Logto drop every extra parameter.
        "first_screen",
        "interaction_mode",
        "identifier",
        "direct_sign_in",
    ]
)
"""What `extra_params` may never carry: they are the protocol's, and ours."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """What the user meets at Logto (LOGTO.md 3.6); everything is optional.

    Args:
        first_screen: The page that comes first.
        identifiers: What the user may be recognised by on an `identifier:…` first screen.
        direct_sign_in: `social:<target>` or `sso:<connector id>`: straight there, without Logto's page.
        login_hint: What to put into the identifier field.
        ui_locales: Languages, best first, separated by spaces.
        interaction_mode: `signIn` or `signUp`, the former way to say `first_screen`.
        prompt: One or several prompts, instead of the configuration's.
        max_age: Seconds since the user last signed in actively; older than that, they do it again.
        extra_params: Sent as they are; none can be a parameter of the protocol.
    """

    first_screen: str | None = None
    identifiers: Sequence[str] = ()
    direct_sign_in: str | None = None
    login_hint: str | None = None
    ui_locales: str | None = None
    interaction_mode: str | None = None
    prompt: str | Sequence[str] | None = None
    max_age: int | None = None
    extra_params: Mapping[str, str] | None = None

    def parameters(self, default_prompt: Sequence[str]) -> list[tuple[str, str]]:
        """The query parameters that say it.

        Raises:
            ConfigurationError: A value is not one that Logto knows. A wrong `first_screen` is refused here because the
                server would silently drop every extra parameter, `login_hint` and all.
        """
        screens = get_args(FirstScreen)
        if self.first_screen is not None and self.first_screen not in screens:
            raise _invalid("first_screen", self.first_screen, screens)
        if self.interaction_mode is not None and self.interaction_mode not in ("signIn", "signUp"):
            raise _invalid("interaction_mode", self.interaction_mode, ("signIn", "signUp"))
        if isinstance(self.identifiers, str):
            raise ConfigurationError("`identifiers` is a list.", hint='Write identifiers=["email"].')
        for identifier in self.identifiers:
            if identifier not in get_args(Identifier):
                raise _invalid("identifiers", identifier, get_args(Identifier))
        direct = self.direct_sign_in
        if direct is not None and (direct.partition(":")[0] not in ("social", "sso") or not direct.partition(":")[2]):
            raise _invalid("direct_sign_in", direct, ("social:<target>", "sso:<connector id>"))
        if self.max_age is not None and (type(self.max_age) is not int or self.max_age < 0):
            raise _invalid("max_age", str(self.max_age), ("seconds, 0 or more",))
        pairs = {
            "prompt": " ".join(self._prompts(default_prompt)),
            "max_age": None if self.max_age is None else str(self.max_age),
            "first_screen": self.first_screen,
            "interaction_mode": self.interaction_mode,
            "identifier": " ".join(self.identifiers) or None,
            "direct_sign_in": direct,
            "login_hint": self.login_hint,
            "ui_locales": self.ui_locales,
        }
        given = [(name, value) for name, value in pairs.items() if value]
        parameters = given + self._extra({name for name, _ in given})
        for name, value in parameters:
            if not is_text(name) or not is_text(value):
                raise ConfigurationError(f"`{printable(name, ())}` is not text.", code="configuration.not_text")
        return parameters

    def _prompts(self, default: Sequence[str]) -> Sequence[str]:
        if self.prompt is None:
            return default
        prompts = self.prompt.split() if isinstance(self.prompt, str) else list(self.prompt)
        for prompt in prompts:
            if prompt not in PROMPTS:
                raise _invalid("prompt", prompt, PROMPTS)
        if "none" in prompts and len(prompts) > 1:
            raise ConfigurationError("The prompt `none` must be used alone.", hint="OpenID Connect Core 3.1.2.1.")
        return list(dict.fromkeys(prompts))

    def _extra(self, taken: set[str]) -> list[tuple[str, str]]:
        extra = self.extra_params or {}
        for name in extra:
            if name in RESERVED_PARAMETERS or name in taken:
                raise ConfigurationError(
                    f"`extra_params` must not carry `{printable(name, ())}`.",
                    hint="It is a parameter of the protocol, or has an argument of its own.",
                    code="configuration.reserved_parameter",
                )
        return list(extra.items())


def _invalid(name: str, value: str, known: Sequence[str]) -> ConfigurationError:
    return ConfigurationError(
        f"`{name}` cannot be {printable(value, ())!r}.",
        hint=f"Known are: {', '.join(known)}.",
        code=f"configuration.{name}",
    )
