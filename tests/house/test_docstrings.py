"""Every public name says what it is, and every test what it asserts."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.repository import modules, parse, place

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def public_names(node: ast.Module | ast.ClassDef) -> Iterator[Documented]:
    """The public classes, functions and methods in a module or class; what is inside a function is nobody's."""
    for child in node.body:
        if isinstance(child, (*FUNCTIONS, ast.ClassDef)) and not child.name.startswith("_"):
            yield child
        if isinstance(child, ast.ClassDef) and not child.name.startswith("_"):
            yield from public_names(child)


def is_told_elsewhere(node: Documented) -> bool:
    """Whether a decorator says that the name is documented at its first definition: an overload, a setter, an override."""
    decorators = [] if isinstance(node, ast.Module) else node.decorator_list
    names = {ast.unparse(decorator).split(".")[-1].split("(")[0] for decorator in decorators}
    return bool(names & {"overload", "setter", "override"})


def undocumented(path: Path) -> list[str]:
    """The places of a module's public names without a docstring, the module itself included."""
    module = parse(path)
    if not module.body:
        return []  # an empty __init__.py names nothing
    names = [module, *public_names(module)]
    return [
        f"{place(path, getattr(node, 'lineno', 1))} {getattr(node, 'name', 'module')}"
        for node in names
        if not ast.get_docstring(node) and not is_told_elsewhere(node)
    ]


def test_public_names_have_docstrings():
    """Every public module, class, function and method of the package has a docstring."""
    assert [finding for path in modules("src/logto") for finding in undocumented(path)] == []


def test_tests_have_docstrings():
    """Every test says in its docstring which behaviour it asserts."""
    tests = [
        (path, node)
        for path in modules("tests")
        for node in ast.walk(parse(path))
        if isinstance(node, FUNCTIONS) and node.name.startswith("test_")
    ]

    assert tests
    assert [f"{place(path, node.lineno)} {node.name}" for path, node in tests if not ast.get_docstring(node)] == []
