"""Finds sessions, engines and connections that leave the block that opened them.

A session is at home in `async with database.transaction() as session:`, by that name, and nowhere else: not
in a parameter, a return value, a global, an attribute, a collection or another coroutine. And nothing but the
session itself is awaited while it is open: no AI call, no render, no upload.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TYPES = re.compile(
    r"\b(Async)?(Scoped)?(Session|Engine|Connection|ConnectionPool)\b|\b(async_|scoped_)?sessionmaker\b|\bscoped_session\b"
)
NAMES = re.compile(
    r"(^|_)(session|sessions|engine|engines|conn|connection|db_session|sessionmaker)$", re.IGNORECASE
)
MAKERS = re.compile(
    r"^(create_(async_)?engine|(async_)?sessionmaker|(async_)?scoped_session|AsyncSession|Session)$"
)

REGISTRY = {"_engines", "_engine", "transaction"}
"""What `sitewright/database.py` may have: its registry of engines by event loop, and the block itself."""


@dataclass(frozen=True, order=True)
class Stray:
    file: str
    line: int
    what: str


def strays_in(source: str, file: str, *, allowed: frozenset[str] = frozenset()) -> list[Stray]:
    """Return what is wrong in one module; functions and globals named in `allowed` are the registry's."""
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found = (
        Stray(file, node.lineno, what)
        for node in ast.walk(tree)
        if not _is_allowed(node, parents, allowed)
        for what in _wrong_with(node, parents)
    )
    return sorted(set(found))


def strays_below(root: Path, packages: tuple[str, ...]) -> list[Stray]:
    """Return what is wrong in the modules of `packages` below `root`."""
    found = []
    for file in sorted(path for package in packages for path in (root / package).rglob("*.py")):
        name = file.relative_to(root).as_posix()
        allowed = frozenset(REGISTRY) if name == "sitewright/database.py" else frozenset[str]()
        found += strays_in(file.read_text(), name, allowed=allowed)
    return found


def _is_allowed(node: ast.AST, parents: dict[ast.AST, ast.AST], allowed: frozenset[str]) -> bool:
    at: ast.AST | None = node
    while at is not None:
        if isinstance(at, ast.FunctionDef | ast.AsyncFunctionDef) and at.name in allowed:
            return True
        if isinstance(at, ast.AnnAssign) and isinstance(at.target, ast.Name) and at.target.id in allowed:
            return True
        at = parents.get(at)
    return False


def _wrong_with(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> Iterator[str]:
    match node:
        case ast.arg():
            if NAMES.search(node.arg) or _names_type(node.annotation):
                yield f"parameter {node.arg}"
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            if _names_type(node.returns):
                yield f"{node.name} returns a session, engine or connection"
        case ast.Return() | ast.Yield() | ast.YieldFrom():
            if node.value is not None and _is_session(node.value):
                yield "a session, engine or connection is returned"
        case ast.Global() | ast.Nonlocal():
            yield from (f"global {name}" for name in node.names if NAMES.search(name))
        case ast.AnnAssign():
            if _outlives(node.target, node, parents) and (
                _names_type(node.annotation) or _is_kept(node.target, node.value)
            ):
                yield f"{ast.unparse(node.target)} keeps a session, engine or connection"
        case ast.Assign():
            for target in node.targets:
                if _outlives(target, node, parents) and _is_kept(target, node.value):
                    yield f"{ast.unparse(target)} keeps a session, engine or connection"
        case ast.NamedExpr():
            if _outlives(node.target, node, parents) and _is_kept(node.target, node.value):
                yield f"{node.target.id} keeps a session, engine or connection"
        case ast.Call():
            if _opens(node) and not isinstance(parents.get(node), ast.withitem):
                yield f"{ast.unparse(node)} is opened outside of a block"
            arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
            for argument in arguments:
                if _is_session(argument) or _shares(argument):
                    yield f"{ast.unparse(node.func)} is handed a session, engine or connection"
        case ast.AsyncWith():
            yield from _awaited_meanwhile(node)


def _names_type(annotation: ast.expr | None) -> bool:
    return annotation is not None and bool(TYPES.search(ast.unparse(annotation)))


def _is_kept(target: ast.expr, value: ast.expr | None) -> bool:
    name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
    return bool(NAMES.search(name)) or (value is not None and (_is_session(value) or _makes(value)))


def _is_session(value: ast.expr) -> bool:
    """Whether a value is a session by its name, a new one, or a collection with one."""
    if isinstance(value, ast.Tuple | ast.List | ast.Set):
        return any(_is_session(item) for item in value.elts)
    if isinstance(value, ast.Dict):
        return any(_is_session(item) for item in value.values)
    if isinstance(value, ast.Starred | ast.Await):
        return _is_session(value.value)
    name = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
    return bool(NAMES.search(name)) or _makes(value)


def _makes(value: ast.expr) -> bool:
    if not isinstance(value, ast.Call):
        return False
    name = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
    return bool(MAKERS.match(name))


def _shares(argument: ast.expr) -> bool:
    """Whether an argument is a coroutine of a session, as in `gather(session.execute(...), ...)`."""
    match argument:
        case ast.Starred(value=inner) | ast.Lambda(body=inner):
            return _shares(inner)
        case ast.GeneratorExp(elt=inner) | ast.ListComp(elt=inner):
            return _shares(inner)
        case ast.Call(func=ast.Attribute(value=of)):
            return _is_session(of)
    return False


def _outlives(target: ast.expr, node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether what is assigned here is there after the function: an attribute, an item, a global, a field."""
    if isinstance(target, ast.Attribute | ast.Subscript):
        return True
    at = parents.get(node)
    while at is not None and not isinstance(at, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        at = parents.get(at)
    return at is None or isinstance(parents.get(node), ast.ClassDef)


def _opens(value: ast.expr) -> bool:
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr == "transaction"
    )


def _awaited_meanwhile(block: ast.AsyncWith) -> Iterator[str]:
    opened = {
        item.optional_vars.id
        for item in block.items
        if _opens(item.context_expr) and isinstance(item.optional_vars, ast.Name)
    }
    if not opened:
        return
    yield from (f"{name} is a session and is not called so" for name in opened - {"session"})
    for node in (inner for statement in block.body for inner in ast.walk(statement)):
        awaited = {
            ast.Await: lambda one: one.value,
            ast.AsyncFor: lambda one: one.iter,
            ast.AsyncWith: lambda one: one.items[0].context_expr,
        }.get(type(node))
        if awaited is None:
            continue
        waits_for = awaited(node)
        of = waits_for.func if isinstance(waits_for, ast.Call) else waits_for
        if not (isinstance(of, ast.Attribute) and isinstance(of.value, ast.Name) and of.value.id in opened):
            yield f"{ast.unparse(waits_for)[:60]} is awaited while a session is open"
