"""The words of the pages, a file a language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from logto.server.pages.locale import DEFAULT, Locale, negotiate
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

    def identifiers(self, kinds: tuple[str, ...]) -> str:
        """A label for a field that takes these kinds of identifier: "Username, email or phone number"."""
        names = [self._texts[f"identifier.{kind}"] for kind in kinds]
        listed = f"{', '.join(names[:-1])} {self('or')} {names[-1]}" if len(names) > 1 else names[0]
        return listed[0].upper() + listed[1:]


__all__ = ["CATALOGUE", "DEFAULT", "Texts"]
