"""What a rule base lies on: `rules/registers/extends.yaml`, read and found. See docs/decisions/0039-layers.md."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Final

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, raise_errors
from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.records import dataclass
from policy_engine.foundation.spans import Span, file_span
from policy_engine.loading.files import read_source, refused_path
from policy_engine.loading.folders import EXTENDS, REGISTERS, VOCABULARY
from policy_engine.loading.problems import Problems, short
from policy_engine.loading.tree import Mapping, Node, Scalar, parse

SHIPPED: Final = "自带"
PACKAGE: Final = "package:"
# Where the program lies.
PROGRAM: Final = Path(__file__).resolve().parent.parent
_MARK: Final = f"rules/{REGISTERS}/documents.yaml"
BUNDLE: Final = ".zip"
_OWN: Final = ("rules", "schemas", VOCABULARY)
_MODULE: Final = pattern(r"[A-Za-z_][A-Za-z0-9_]*")
_DIGEST: Final = pattern(r"[0-9a-f]{16}")
_FORMS: Final = f"写 {SHIPPED}，放着 rules 的目录或者规则库的包（从本规则库的目录写起，例如 ../province、../province.bundle.zip），或者 {PACKAGE}包名"


@dataclass(frozen=True, slots=True)
class Extended:
    """The rule base that another lies on. `name`: what places in it begin with; `root`: the folder that holds its `rules`.

    `version`: the one it is to have, "" where none is written; `span`: where that stands, or should.
    """

    name: str
    root: Path
    version: str
    span: Span
    # Of a bundle: where what it lies on in turn was laid out.
    copies: Path | None = None

    def is_of(self, digest: str) -> bool:
        """Tell whether this is the version that was asked for: a digest, or the number of a release."""
        if _DIGEST.fullmatch(self.version):
            return self.version == digest
        return bool(self.version) and self.version == self._release()

    def _release(self) -> str:
        from importlib.metadata import PackageNotFoundError, packages_distributions, version  # noqa: PLC0415 - slow

        if self.root == shipped_root():
            return version("policy-engine")
        names = packages_distributions().get(self.name, [])
        try:
            return version(names[0]) if names and self.root.is_relative_to(_home(self.name) or "/-") else ""
        except PackageNotFoundError:
            return ""


def shipped_root() -> Path:
    """Find the folder that holds the shipped rules: inside the package, or in the source tree."""
    inside = PROGRAM / "_data"
    return inside if (inside / "rules").is_dir() else PROGRAM.parent.parent


def is_layer(rules: Path) -> bool:
    """Tell whether a folder of rules says that it lies on another."""
    return (rules / REGISTERS / EXTENDS).is_file()


def read_extends(rules: Path, at: Path, shown: str) -> Extended | None:
    """Find what a rule base lies on; nothing where it is no layer. `at`: where a folder is written from; `shown`: the register as places name it.

    Raises `DiagnosticsError` where the register is wrong, or what it names isn't there.
    """
    if not is_layer(rules):
        return None
    source = read_source(rules / REGISTERS / EXTENDS, shown)
    parsed = parse(source.text, source.path)
    problems = Problems([*parsed.diagnostics])
    if not parsed.documents and not problems.found:
        hint = f"写上 extends 和 version；不是补充别的规则库的，删去 {EXTENDS}"
        problems.error("PE008", "登记是空的", file_span(shown), hint)
    raise_errors(problems.found)
    found = _read(parsed.documents[0], at, problems)
    raise_errors(problems.found)
    return found


def extended_copy(rules: Path, copies: Path, above: tuple[str, ...]) -> Extended | None:
    """Find the copy of what a layer lay on. `copies`: the folder of all, each under the name that places begin with."""
    if not is_layer(rules):
        return None
    left = sorted(one.name for one in copies.iterdir() if one.name not in above) if copies.is_dir() else []
    source = read_source(rules / REGISTERS / EXTENDS, EXTENDS)
    words = [node.text for root in parse(source.text, EXTENDS).documents if (node := _word(root)) is not None]
    named = [
        one
        for one in left
        for word in words
        if one.rstrip("’") == _called(PurePosixPath(word.removeprefix(PACKAGE)).name)
    ]
    if not left:
        message = "记录里没有基础规则库的文件"
        raise DiagnosticsError(
            [Diagnostic(code="PE019", message=message, span=file_span(EXTENDS), help=_FORMS)]
        )
    name = (named or left)[0]
    return Extended(name, copies / name, "", file_span(EXTENDS))


def _word(root: Node) -> Scalar | None:
    node = root.get("extends") if isinstance(root, Mapping) else None
    return node if isinstance(node, Scalar) else None


def folder_extended(data: bytes) -> str:
    """Read the folder that a register of some other time names; "" where it names none that can be looked for."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    for root in parse(text, EXTENDS).documents:
        node = _word(root)
        word = node.text if node is not None else ""
        is_folder = word != SHIPPED and not word.startswith((PACKAGE, "/")) and word.isprintable()
        return word if is_folder else ""
    return ""


def _read(root: Node, at: Path, problems: Problems) -> Extended | None:
    owner = problems.mapping(root, "文件", root.span)
    if owner is None:
        return None
    problems.keys(owner, ("extends", "version", "note"), "文件")
    word = problems.text(owner, "extends")
    pinned = problems.text(owner, "version", fallback="")
    node, written = owner.get("extends"), owner.get("version")
    if node is None or not word:
        return None
    place = written.span if written is not None else node.span
    found = _found(word, at)
    if isinstance(found, str):
        problems.error("PE019", f"{found}：`{short(word)}`", node.span, _FORMS)
        return None
    name, folder, copies = found
    if any(folder == at / own or (at / own) in folder.parents for own in _OWN):
        problems.error("PE019", f"基础规则库在本规则库的目录里面：`{short(word)}`", node.span, "放到旁边")
        return None
    return Extended(name, folder, pinned, place, copies)


def _called(file: str) -> str:
    """Name what a folder or a bundle holds, as places begin with it."""
    return file.removesuffix(BUNDLE).removesuffix(".bundle") if file.endswith(BUNDLE) else file


def _found(word: str, at: Path) -> tuple[str, Path, Path | None] | str:
    """Find what a word names and what it is called, or say why there is nothing."""
    if word == SHIPPED:
        return SHIPPED, shipped_root(), None
    if word.startswith(PACKAGE):
        return _package(word.removeprefix(PACKAGE))
    if Path(word).is_absolute() or "\0" in word:
        return "基础规则库的目录不能写绝对路径，换一台机器就找不到"
    folder = (at / word).resolve()
    if folder.is_file() and folder.name.endswith(BUNDLE):
        from policy_engine.usecases.unpacking import BELOW, unpacked  # noqa: PLC0415 - most lie on folders

        inside = unpacked(_bytes_of(folder, word), word)
        return _called(folder.name), inside, inside / BELOW
    if not (folder / _MARK).is_file():
        return f"这里没有规则库（缺 {_MARK}）"
    return folder.name, folder, None


def _bytes_of(path: Path, word: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise refused_path(word, error) from None


def _package(name: str) -> tuple[str, Path, Path | None] | str:
    if not _MODULE.fullmatch(name):
        return "包名只有字母、数字和下划线"
    home = _home(name)
    if home is None:
        return "没有安装这个包"
    for folder in (home, home / "_data"):
        if (folder / _MARK).is_file():
            return name, folder, None
    return f"这个包里没有规则库（缺 {_MARK}）"


def _home(name: str) -> Path | None:
    from importlib.util import find_spec  # noqa: PLC0415 - most rule bases are no layers

    # Of a name without a dot nothing is imported, so nothing of the package runs.
    found = find_spec(name)
    places = found.submodule_search_locations if found is not None else None
    return Path(next(iter(places))).resolve() if places else None


def other_version(extended: Extended, digest: str) -> DiagnosticsError:
    """Say that a rule base is not of the version that its layer was made for."""
    is_stated = bool(extended.version)
    message = (
        f"基础规则库 {extended.name} 的版本是 {digest}，这里写的是 {short(extended.version)}"
        if is_stated
        else f"没有写明基础规则库 {extended.name} 的版本"
    )
    hint = f"改成 version: {digest}，再运行 validate、test 和 diff，看清变化；要用原来的版本，换回那个规则库"
    help_text = hint if is_stated else f"写上 version: {digest}"
    return DiagnosticsError([Diagnostic(code="PE020", message=message, span=extended.span, help=help_text)])


def goes_round(extended: Extended) -> DiagnosticsError:
    """Say that rule bases lie on each other in a circle."""
    message = f"规则库互为基础，绕成了圈：{extended.name}"
    return DiagnosticsError(
        [Diagnostic(code="PE019", message=message, span=extended.span, help="改一处 extends")]
    )
