"""The colours in which a store can be asked: how the conformance suite carries a rule through each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeAlias

from ..errors import ConfigurationError
from .store import Call, SessionStore

TIMEOUT = 30.0
"""Seconds within which a store must answer the suite."""

Step: TypeAlias = "Call | tuple[Call, ...]"
"""One call, or several at once."""

Rule: TypeAlias = "Generator[Step, Any, None]"
"""What a store must do, as a conversation with it."""

Ask: TypeAlias = "Callable[[Call], Coroutine[Any, Any, Any]]"

Run: TypeAlias = "Callable[[Coroutine[Any, Any, Any]], Any]"


def carry(rule: Callable[[], Rule], store: SessionStore, run: Run) -> None:
    """Tries a rule in every colour that a store has, and with both in turn where it has both.

    Args:
        rule: Begins the conversation.
        store: What is tried.
        run: Runs a coroutine, as `asyncio.run` does.

    Raises:
        AssertionError: The store breaks the rule, or has no methods at all.
    """
    blocking, awaiting = _answers(_blocking, store), run(_answers_awaiting(store))
    if not blocking and not awaiting:
        raise AssertionError(f"{type(store).__name__} has neither blocking nor awaiting methods.")
    colour = "blocking"
    try:
        if blocking:
            _carry(rule())
        colour = "awaiting"
        if awaiting:
            run(_carry_awaiting(rule(), (_awaiting,)))
        colour = "blocking and awaiting"
        if blocking and awaiting:
            run(_carry_awaiting(rule(), (_in_thread, _awaiting)))
            run(_carry_awaiting(rule(), (_awaiting, _in_thread)))
    except BaseException as error:
        error.add_note(f"This is about the {colour} methods of {type(store).__name__}.")
        raise


def _answers(ask: Callable[[Call], Any], store: SessionStore) -> bool:
    try:
        ask(_probe(store))
    except ConfigurationError as error:
        if error.code != "configuration.store_colour":
            raise
        return False
    return True


async def _answers_awaiting(store: SessionStore) -> bool:
    try:
        await _awaiting(_probe(store))
    except ConfigurationError as error:
        if error.code != "configuration.store_colour":
            raise
        return False
    return True


def _probe(store: SessionStore) -> Call:
    # Whoever lacks a colour says so with the error that `SessionStore` raises.
    return Call(store, "load", ("0",))


def _blocking(call: Call) -> Any:
    return call.blocking(TIMEOUT)


async def _awaiting(call: Call) -> Any:
    return await call.awaiting(TIMEOUT)


async def _in_thread(call: Call) -> Any:
    return await asyncio.to_thread(_blocking, call)


def _carry(rule: Rule) -> None:
    answer: Any = None
    error: Exception | None = None
    while True:
        try:
            step = rule.send(answer) if error is None else rule.throw(error)
        except StopIteration:
            return
        try:
            answer, error = _blocking(step) if isinstance(step, Call) else _in_threads(step), None
        except Exception as failure:  # noqa: BLE001 - the rule is told, and raises it again unless it was expected
            error = failure


async def _carry_awaiting(rule: Rule, ways: Sequence[Ask]) -> None:
    answer: Any = None
    error: Exception | None = None
    turn = 0
    while True:
        try:
            step = rule.send(answer) if error is None else rule.throw(error)
        except StopIteration:
            return
        turn += 1
        calls = (step,) if isinstance(step, Call) else step
        try:
            answers = await asyncio.gather(*(ways[(turn + n) % len(ways)](call) for n, call in enumerate(calls)))
            answer, error = answers[0] if isinstance(step, Call) else answers, None
        except Exception as failure:  # noqa: BLE001 - as above
            error = failure


def _in_threads(calls: Sequence[Call]) -> list[Any]:
    gate = Barrier(len(calls))

    def ask(call: Call) -> Any:
        gate.wait(TIMEOUT)
        return _blocking(call)

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(ask, calls))
