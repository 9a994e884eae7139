"""Documentation that fails when it is wrong."""

import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from queries import METRICS
from queries.contract import STAGES, TABLES
from service import cli
from service.configuration import all_settings, read_settings
from service.demo import shown
from service.documents.__main__ import ROOT, differing, documents, holds_own_settings
from service.documents.commands import all_commands
from service.documents.metrics import metrics_page
from service.documents.terms import terms_in_words
from service.settings import Settings

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md"))]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_generated_documents_are_current() -> None:
    assert [path.name for path in differing(documents())] == []


def test_a_changed_document_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    assert differing({page: "as written"}) == [page]
    page.write_text("by hand")
    assert differing({page: "as written"}) == [page]
    page.write_text("as written")
    assert differing({page: "as written"}) == []


def test_the_configuration_in_the_repository_is_that_of_the_demo() -> None:
    assert read_settings(ROOT / "config.yaml", {}) == shown(Settings())


def test_a_configuration_of_somebodys_own_is_not_overwritten(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    assert not holds_own_settings(config)
    config.write_text(text("config.yaml"), encoding="utf-8")
    assert not holds_own_settings(config)
    config.write_text("server: {port: 1}", encoding="utf-8")
    assert holds_own_settings(config)


def test_every_setting_is_documented() -> None:
    page = text("docs/settings.md")
    assert [s.environment for s in all_settings() if f"`{s.environment}`" not in page] == []


def test_the_configuration_holds_no_secret() -> None:
    assert re.search(r"^  password:$", text("config.yaml"), re.MULTILINE)


def test_every_figure_is_documented_with_an_example() -> None:
    page = text("docs/metrics.md")
    for metric in METRICS.values():
        part = page.split(f"\n### {metric.name}\n")[1].split("\n### ")[0]
        assert metric.title.zh in part
        assert "**Example: " in part
        assert metric.explain.zh in part


def test_a_figure_without_a_worked_example_is_refused() -> None:
    with pytest.raises(LookupError, match="has no worked example"):
        metrics_page([])


def test_every_sum_has_its_words() -> None:
    for metric in METRICS.values():
        assert terms_in_words(metric.terms)


def test_the_contract_is_documented() -> None:
    page = text("docs/contract.md")
    for table in TABLES.values():
        part = page.split(f"\n## {table.name}")[1].split("\n## ")[0]
        assert [column.name for column in table.columns if f"`{column.name}`" not in part] == []


def test_every_command_is_documented() -> None:
    page = text("docs/commands.md")
    for context in all_commands():
        assert f"## {context.command_path}\n" in page


def _mentioned(pattern: str) -> Iterator[tuple[str, str]]:
    """(page, name) of everything that the pages written by hand mention by `pattern`."""
    for path in PAGES:
        for found in re.findall(pattern, path.read_text(encoding="utf-8")):
            yield path.name, found


def test_commands_that_pages_mention_exist() -> None:
    mentioned = set(_mentioned(r"(?:^|[`\s])arrears (?:--config \S+ )?([a-z]+)(?=[`\s])"))
    known = set(cli.COMMANDS)
    assert {(page, name) for page, name in mentioned if name not in known} == set()
    assert len(mentioned) > 5


def test_make_targets_that_pages_mention_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    mentioned = set(_mentioned(r"(?m)(?:^ {4}|`)make ([a-z-]+)"))
    assert {(page, name) for page, name in mentioned if name not in targets} == set()
    assert len(mentioned) > 5


def test_links_lead_somewhere() -> None:
    links = [
        (path, link)
        for path in PAGES
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
        if "://" not in link
    ]
    assert [f"{p.name}: {link}" for p, link in links if not (p.parent / link).exists()] == []


def test_files_that_pages_mention_exist() -> None:
    pattern = r"`((?:queries|charts|dashboard|reports|service|tests|docs)/[\w/.-]*)`"
    mentioned = list(_mentioned(pattern))
    assert [(page, name) for page, name in mentioned if not (ROOT / name).exists()] == []


def test_the_glossary_explains_the_words_of_the_contract_in_both_languages() -> None:
    page = text("docs/glossary.md")
    rows = [line for line in page.splitlines() if line.startswith("| ") and "---" not in line]
    terms = [row for row in rows if not row.startswith("| term |")]
    assert len(terms) > 50
    assert [row for row in terms if not re.search(r"[\u4e00-\u9fff]", row)] == []
    assert [stage for stage in STAGES if stage not in page] == []
    for word in ("覆盖率", "渗透率", "vintage", "provisional", "matured"):
        assert word in page


def test_the_changelog_begins_with_the_version() -> None:
    version = tomllib.loads(text("pyproject.toml"))["project"]["version"]
    assert re.findall(r"^## (.*)$", text("CHANGELOG.md"), re.MULTILINE)[0] == version


@pytest.mark.parametrize("name", ["requirements.lock", "spark.lock", "spark-cluster.lock"])
def test_the_lock_names_no_registry_and_hashes_everything(name: str) -> None:
    lock = text(name)
    assert "://" not in lock
    assert "--index" not in lock
    pinned = re.findall(r"(?m)^[a-z0-9][^\n]*==[^\n]*\\\n    --hash=sha256:", lock)
    assert len(pinned) == len(re.findall(r"(?m)^[a-z0-9]", lock))


def test_make_alone_lists_the_targets() -> None:
    listed = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in ("setup", "demo", "test", "check", "fix", "docs", "bench", "run"):
        assert re.search(rf"(?m)^{target} ", listed.stdout)


def test_configurations_that_pages_show_are_accepted(tmp_path: Path) -> None:
    shown = list(_mentioned(r"(?s)```yaml\n(.*?)```"))
    shown += [("example", path.read_text("utf-8")) for path in ROOT.glob("examples/*/config.yaml")]
    assert len(shown) >= 3
    for _, example in shown:
        config = tmp_path / "config.yaml"
        config.write_text(example, encoding="utf-8")
        assert read_settings(config, {}) != Settings()
