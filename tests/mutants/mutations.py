"""Small errors in Python functions: where one can be made, what it changes, and the code with it in."""

import ast
import importlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import EnumMeta
from pathlib import Path
from types import CodeType, ModuleType

SOURCE = Path(__file__).parents[2] / "src"
NOTED = "__noted__"  # the built-in by which watched code tells that it runs
BLOCKS = ("body", "orelse", "finalbody")

# A stretch of statements that run one after the other: its module, its function, and its number there.
Place = tuple[str, str, int]

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr}
PAIRS = (("any", "all"), ("min", "max"), ("conjunction", "disjunction"), ("conj", "disj"), ("both", "either"))
NAMES = {**dict(PAIRS), **{other: one for one, other in PAIRS}}


@dataclass(frozen=True, order=True)
class Mutation:
    """One small error: the `choice`th way to change the `site`th node of a function."""

    module: str
    function: str
    line: int
    change: str
    site: int
    choice: int
    stretch: int

    @property
    def key(self) -> tuple[str, str, str]:
        """Name it by what it does, which outlasts a change elsewhere in the file."""
        return self.module, self.function, self.change

    @property
    def place(self) -> Place:
        """Name the stretch of code that it is made in."""
        return self.module, self.function, self.stretch


def modules(package: str) -> list[str]:
    """List a package's modules as paths below src/policy_engine; a module is its own only one."""
    base = SOURCE / "policy_engine"
    if (base / package).is_file():
        return [package]
    found = [path.relative_to(base).as_posix() for path in sorted((base / package).rglob("*.py"))]
    return [name for name in found if not name.endswith("__init__.py")]


def mutations(module: str) -> Iterator[Mutation]:
    """Go through every small error that can be made in a module's functions."""
    live = importlib.import_module(".".join(("policy_engine", *Path(module).with_suffix("").parts)))
    for name, function in functions(parsed(module)):
        parents = {child: node for node in ast.walk(function) for child in ast.iter_child_nodes(node)}
        within = stretch_of_each(function)
        for site, node in enumerate(sites(function)):
            # A bare number or truth value says little without what it stands in.
            place = f" in {words(parents[node])}" if isinstance(node, ast.Constant) else ""
            if place.startswith(" in strict="):
                continue  # what only holds the program to its own assumption is no behaviour
            for choice, (old, new) in enumerate(changes(node, live)):
                if old == new:
                    continue
                change = f"{old} → {new}{place}"
                yield Mutation(module, name, node_line(node, function), change, site, choice, within[node])


def code_with(mutation: Mutation) -> CodeType:
    """Compile the function with the error in."""
    tree = parsed(mutation.module)
    live = importlib.import_module(".".join(("policy_engine", *Path(mutation.module).with_suffix("").parts)))
    function = dict(functions(tree))[mutation.function]
    node = list(sites(function))[mutation.site]
    change = list(alternatives(node, live))[mutation.choice]
    Replace(node, change).visit(function)
    return code_of(mutation.module, mutation.function, ast.fix_missing_locations(tree))


def code_of(module: str, function: str, tree: ast.Module | None = None) -> CodeType:
    """Compile a module, as it is or changed, and take one function's code."""
    path = SOURCE / "policy_engine" / module
    whole = compile(tree or parsed(module), str(path), "exec", dont_inherit=True)
    return next(code for code in codes(whole) if code.co_qualname == function)


def noting(module: str) -> Iterator[tuple[tuple[str, str], CodeType]]:
    """Go through the functions of a module, each with code that notes by a built-in which stretches run."""
    tree = parsed(module)
    for name, function in functions(tree):
        for number, (block, first, _) in reversed(list(enumerate(stretches(function)))):
            call = ast.Call(ast.Name(NOTED, ast.Load()), [ast.Constant((module, name, number))], [])
            block.insert(first, ast.Expr(call))
    whole = compile(ast.fix_missing_locations(tree), str(SOURCE / "policy_engine" / module), "exec")
    named = {name for name, _ in functions(tree)}
    yield from (((module, c.co_qualname), c) for c in codes(whole) if c.co_qualname in named)


def places(module: str) -> Iterator[Place]:
    """Go through the stretches of a module's functions."""
    for name, function in functions(parsed(module)):
        yield from ((module, name, number) for number, _ in enumerate(stretches(function)))


def stretches(function: ast.FunctionDef) -> Iterator[tuple[list[ast.stmt], int, list[ast.stmt]]]:
    """Go through what runs from its first statement to its last unless an error is raised: block, first, all.

    One ends with a statement that has blocks of its own: what follows need not run.
    """
    for node in ast.walk(function):
        for block in blocks(node):
            first = 0
            for at, statement in enumerate(block):
                if any(map(blocks, ast.walk(statement))) or at == len(block) - 1:
                    yield block, first, block[first : at + 1]
                    first = at + 1


def blocks(node: ast.AST) -> list[list[ast.stmt]]:
    """List the blocks of statements that a node has itself."""
    found = [getattr(node, name, None) for name in BLOCKS]
    return [block for block in found if isinstance(block, list) and block]


def stretch_of_each(function: ast.FunctionDef) -> dict[ast.AST, int]:
    """Map every node in a function to the number of the stretch whose run it takes part in."""
    found: dict[ast.AST, int] = {}
    for number, (_, _, statements) in enumerate(stretches(function)):
        for node in of_stretch(statements):
            found[node] = number
    return found


def of_stretch(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Go through nodes and what is below them, without the blocks they have: these are other stretches."""
    for node in nodes:
        yield node
        inner = {id(statement) for block in blocks(node) for statement in block}
        yield from of_stretch(child for child in ast.iter_child_nodes(node) if id(child) not in inner)


def codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from codes(constant)


def parsed(module: str) -> ast.Module:
    return ast.parse((SOURCE / "policy_engine" / module).read_text(encoding="utf-8"))


def functions(tree: ast.Module | ast.ClassDef, owner: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    """Go through functions and methods; what is nested in one belongs to it."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield owner + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from functions(node, f"{owner}{node.name}.")


def sites(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """Go through what a function runs; the types that are written beside names are never looked at."""
    types = {id(node.annotation) for node in ast.walk(function) if isinstance(node, ast.AnnAssign | ast.arg)}
    waiting: list[ast.AST] = list(function.body)
    for node in waiting:
        yield node
        waiting.extend(child for child in ast.iter_child_nodes(node) if id(child) not in types)


def node_line(node: ast.AST, function: ast.FunctionDef) -> int:
    inner = getattr(node, "iter", getattr(node, "pattern", node))
    return getattr(inner, "lineno", function.lineno)


def changes(node: ast.AST, live: ModuleType) -> Iterator[tuple[str, str]]:
    for other in alternatives(node, live):
        yield words(node), words(other)


def words(node: ast.AST) -> str:
    """Show a node in a line; of a statement with a body only its head."""
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            return f"if {ast.unparse(test)}"
        case ast.match_case(pattern=pattern, guard=guard):
            return f"case {ast.unparse(pattern)}" + (f" if {ast.unparse(guard)}" if guard else "")
        case _:
            return " ".join(ast.unparse(node).split())


def alternatives(node: ast.AST, live: ModuleType) -> Iterator[ast.AST]:
    """List what a slip of the hand may make of a node."""
    match node:
        case ast.Compare(left=left, ops=[operator], comparators=right):
            for other in COMPARISONS[type(operator)]:
                yield ast.Compare(left, [other()], right)
        case ast.BoolOp(op=operator, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
            for at in range(len(values)):
                left = [*values[:at], *values[at + 1 :]]
                yield left[0] if len(left) == 1 else ast.BoolOp(operator, left)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            yield with_fields(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.comprehension(ifs=[_, *_] as filters):
            for at in range(len(filters)):
                yield with_fields(node, ifs=[*filters[:at], *filters[at + 1 :]])
        case ast.match_case(guard=ast.expr()):
            yield with_fields(node, guard=None)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in OPERATORS:
            yield ast.BinOp(left, OPERATORS[type(operator)](), right)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            if name in NAMES:
                yield with_fields(node, func=ast.Name(NAMES[name], ast.Load()))
            if len(arguments) > 1 and name not in ("max", "min"):  # the larger of two is so in any order
                yield with_fields(node, args=[arguments[1], arguments[0], *arguments[2:]])
        case ast.Attribute(value=ast.Name(id=name), attr=member) if isinstance(
            kind := getattr(live, name, None), EnumMeta
        ):
            members = list(kind.__members__)
            if member in members and len(members) > 1:
                yield with_fields(node, attr=members[(members.index(member) + 1) % len(members)])
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()) | ast.AugAssign():
            yield ast.Pass()
        case ast.Continue() | ast.Break():
            yield ast.Pass()
        case ast.Return(value=ast.expr() as value) if not is_none(value):
            yield ast.Return(ast.Constant(None))


def is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def with_fields(node: ast.AST, **changed: object) -> ast.AST:
    """Copy a node with some of its fields changed."""
    return type(node)(**{**dict(ast.iter_fields(node)), **changed})


class Replace(ast.NodeTransformer):
    """Put one node in another's place."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        if node is not self.old:
            return self.generic_visit(node)
        return ast.copy_location(self.new, node) if hasattr(node, "lineno") else self.new
