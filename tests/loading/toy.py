"""A toy rule base in files, any one of which a test may replace."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.foundation.diagnostics import DiagnosticsError, render_all
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import SourceText, decode
from policy_engine.model.calendar import day_number
from policy_engine.model.cases import Case
from policy_engine.usecases import Engine, Sources, check, load_rule_set

TOY = Path(__file__).parent / "toy"
TEXTS: Mapping[str, str] = {path.name: path.read_text("utf-8") for path in sorted(TOY.iterdir())}
REGISTERS = ("documents.yaml", "authority.yaml", "objects.yaml", "areas.yaml")
DEFAULTS = CaseDefaults(today=day_number("2026-01-15") or 0)


def sources_with(replaced: Mapping[str, str]) -> Sources:
    texts = {name: SourceText(name, text) for name, text in (TEXTS | dict(replaced)).items()}
    lexicon = tuple(text for name, text in texts.items() if name.startswith("lexicon"))
    return Sources(
        registers=MappingProxyType({name: texts[name] for name in REGISTERS}),
        parameters=(texts["parameters.yaml"],),
        rules=(texts["rules.yaml"],),
        schemas=tuple(text for name, text in texts.items() if name.endswith(".schema.json")),
        lexicon=lexicon,
        items=tuple(text for name, text in texts.items() if name == "items.txt"),
    )


def prepared(replaced: Mapping[str, str] = MappingProxyType({})) -> CompiledRuleSet:
    return compile_rules(load_rule_set(sources_with(replaced)))


TOY_RULES = prepared()


def cases_in(text: str) -> tuple[Case, ...]:
    return load_cases(SourceText("case.yaml", text), TOY_RULES.rule_set, DEFAULTS)


def case_in(text: str) -> Case:
    (case,) = cases_in(text)
    return case


def complaint_about(name: str, data: bytes) -> str:
    """Render what the program says of one bad file, exactly as it is shown."""
    source = SourceText(name, "")
    try:
        source = decode(data, name)
        if name == "case.yaml":
            for case in cases_in(source.text):
                check(TOY_RULES, case, Engine.COMPILED)
        else:
            prepared({name: source.text})
    except DiagnosticsError as error:
        return render_all(error.diagnostics, TEXTS | {name: source.text}) + "\n"
    return ""
