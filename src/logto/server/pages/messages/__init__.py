"""The words of the pages, a file a language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from logto.server.pages.locale import Locale, negotiate
from logto.server.pages.messages import en, fr

CATALOGUE: Final[Mapping[Locale, Mapping[str, str]]] = {"en": en.TEXTS, "fr": fr.TEXTS}


class Texts:
    """The texts in one language; an unknown locale gets the default one."""

    def __init__(self, locale: str) -> None:
        self.locale: Locale = negotiate(locale, None)
        self._texts = CATALOGUE[self.locale]

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, with `{name}` filled in; an unknown key is a KeyError."""
        return self._texts[key].format_map(values) if values else self._texts[key]

    def message(self, code: str, **values: object) -> str:
        """The text of a message code, or a general one for a code without a text."""
        key = f"message.{code}"
        return self(key if key in self._texts else "message.other", **values)

    def scope(self, name: str) -> str:
        """What a scope lets an application do, or the scope itself where we have no words for it."""
        return self._texts.get(f"scope.{name}", name)

    def language(self, name: str) -> str:
        """A language's own name, or its code where we do not know it."""
        return self._texts.get(f"language.{name}", name)

    def identifiers(self, kinds: tuple[str, ...]) -> str:
        """Kinds of identifier in a row: "username, email or phone number"."""
        *others, last = (self(f"identifier.{kind}") for kind in kinds)
        return f"{', '.join(others)} {self('or')} {last}" if others else last
