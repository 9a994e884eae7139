from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest

from queries import Definitions, UserError
from service.configuration import all_settings, read_settings
from service.settings import Settings


def read(tmp_path: Path, text: str = "", environ: Mapping[str, str] | None = None) -> Settings:
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path, environ or {})


def refusal(tmp_path: Path, text: str = "", environ: Mapping[str, str] | None = None) -> str:
    with pytest.raises(UserError) as caught:
        read(tmp_path, text, environ)
    return str(caught.value)


def test_without_a_file_everything_has_its_default() -> None:
    assert read_settings(None, {}) == Settings()


def test_the_defaults_are_those_of_the_figures() -> None:
    assert Settings().definitions() == Definitions()


def test_a_file_says_only_what_differs(tmp_path: Path) -> None:
    settings = read(tmp_path, "figures:\n  grace_days: 5\nserver:\n")
    assert settings.figures.grace_days == 5
    assert settings.server == Settings().server


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    settings = read(tmp_path, "server: {port: 1}", {"ARREARS_SERVER__PORT": "8051"})
    assert settings.server.port == 8051


def test_lists_come_from_the_environment_as_yaml(tmp_path: Path) -> None:
    settings = read(tmp_path, "", {"ARREARS_FIGURES__BUCKET_EDGES": "[0, 10, 20]"})
    assert settings.figures.bucket_edges == (0, 10, 20)
    assert settings.definitions().buckets == ("M0", "M1", "M2", "M3+")


def test_an_empty_variable_empties_an_optional_setting(tmp_path: Path) -> None:
    environ = {"ARREARS_SMTP__HOST": ""}
    assert read(tmp_path, "smtp: {host: mail.example.org}", environ).smtp.host is None


def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hush\n")
    environ = {"ARREARS_SMTP__USERNAME": "me", "ARREARS_SMTP__PASSWORD_FILE": str(secret)}
    password = read(tmp_path, "", environ).smtp.password
    assert password is not None
    assert password.get_secret_value() == "hush"
    assert "hush" not in repr(password)


def test_a_secret_is_not_given_twice(tmp_path: Path) -> None:
    environ = {"ARREARS_DESK__URL": "sqlite:///a", "ARREARS_DESK__URL_FILE": "/b"}
    assert "ARREARS_DESK__URL is set too" in refusal(tmp_path, "", environ)


def test_a_missing_secret_file_is_named(tmp_path: Path) -> None:
    environ = {"ARREARS_DESK__URL_FILE": str(tmp_path / "nowhere")}
    assert "ARREARS_DESK__URL_FILE" in refusal(tmp_path, "", environ)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("figures: {grace_days: 45}", "figures.grace_days: given 45, expected less than or equal"),
        ("figures: {grace_days: -1}", "figures.grace_days: given -1"),
        ("figures: {kept_threshold: 0.4}", "figures.kept_threshold: given 0.4"),
        ("figures: {kept_threshold: 1.01}", "figures.kept_threshold: given 1.01"),
        ("figures: {bucket_edges: [0, 30, 30]}", "strictly rising from 0"),
        ("figures: {bucket_edges: [1, 30]}", "strictly rising from 0"),
        ("figures: {business_zone: Asia/Shangai}", "did you mean 'Asia/Shanghai'?"),
        ("figures: {currency: YEN}", "figures.currency: given 'YEN', expected a currency code"),
        ("figures: {complete_until: soon}", "figures.complete_until: given 'soon'"),
        ("reports: {weekly: {at: 25:00}}", "reports.weekly.at: given '25:00', expected a time"),
        ("reports: {weekly: {day: mon}}", "expected 'monday', 'tuesday'"),
        ("reports: {weekly: {recipients: [ann]}}", "recipients.0.address: given 'ann'"),
        ("reports: {weekly: {locales: []}}", "reports.weekly.locales: given []"),
        ("reports: {weekley: {}}", "reports.weekley: no such setting; did you mean 'weekly'?"),
        ("sevrer: {}", "sevrer: no such setting; did you mean 'server'?"),
        ("server: 8050", "server: given 8050"),
        ("smtp: {username: me}", "smtp: expected username and password together"),
        ("branding: {accent: red}", "branding.accent: given 'red'"),
        ("source: {tables: {casses: {}}}", "did you mean 'cases'?"),
        ("source: {tables: {cases: {colums: {}}}}", "did you mean 'columns'?"),
        ("source: {tables: {cases: {columns: {caseid: x}}}}", "did you mean 'case_id'?"),
        ("source: {tables: {contacts: {codes: {channel: {M: SMS}}}}}", "did you mean 'sms'?"),
        ("source: {tables: {cases: {table: a, select: b}}}", "either `table` or `select`"),
        ("source: {tables: {cases: {codes: {stage: {true: call}}}}}", "source.tables.cases.codes"),
    ],
)
def test_a_wrong_value_is_refused_by_its_place(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in refusal(tmp_path, text)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    text = "figures: {grace_days: 45, currency: YEN}\nserver: {prot: 1}"
    message = refusal(tmp_path, text, {"ARREARS_SEVER__PORT": "1", "ARREARS_LOCALE": "fr"})
    assert "5 problems" in message
    for place in ("figures.grace_days", "figures.currency", "server.prot"):
        assert place in message
    assert "ARREARS_SEVER__PORT: no such setting; did you mean 'ARREARS_SERVER__PORT'?" in message


def test_a_wrong_value_of_the_environment_is_named_as_such(tmp_path: Path) -> None:
    message = refusal(tmp_path, "", {"ARREARS_SERVER__PORT": "many"})
    assert (
        "server.port (from ARREARS_SERVER__PORT): given 'many', expected a valid integer" in message
    )


def test_passwords_are_never_repeated(tmp_path: Path) -> None:
    text = "smtp: {password: [topsecret]}\nsource: {url: {a: b}}"
    assert "topsecret" not in refusal(tmp_path, text)
    text = "source: {tables: postgresql://me:topsecret@host/x}"
    assert "topsecret" not in refusal(tmp_path, text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no file .*mine\.yaml"):
        read_settings(tmp_path / "mine.yaml", {})


def test_a_file_of_no_settings_is_refused(tmp_path: Path) -> None:
    assert "sections such as `source:`" in refusal(tmp_path, "just words")
    assert read(tmp_path, "# all commented out") == Settings()


def test_times_days_and_numbers_are_read_as_they_are_meant(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        "schedule: {reconcile_at: 12:30}\n"
        "figures: {complete_until: 2026-01-31, kept_threshold: 0.9, currency: JPY}",
    )
    assert settings.schedule.reconcile_at == time(12, 30)
    assert settings.figures.complete_until == date(2026, 1, 31)
    assert settings.figures.kept_threshold == Decimal("0.9")
    assert settings.definitions().minor_digits == 0


def test_a_recipient_is_an_address_or_has_a_language(tmp_path: Path) -> None:
    text = "reports: {weekly: {recipients: [a@b.c, {address: Li <l@b.c>, locale: zh_Hans_CN}]}}"
    first, second = read(tmp_path, text).reports.weekly.recipients
    assert (first.address, first.locale) == ("a@b.c", None)
    assert (second.address, second.locale) == ("Li <l@b.c>", "zh_Hans_CN")


def test_a_mapping_reaches_the_source(tmp_path: Path) -> None:
    text = """
source:
  url: folder:///data
  tables:
    cases: {table: accounts, columns: {case_id: no}, codes: {stage: {1: call, NO: notice}}}
    payments: {select: SELECT 1}
"""
    spec = read(tmp_path, text).source_spec()
    assert spec.url == "folder:///data"
    assert spec.tables["cases"].table == "accounts"
    assert spec.tables["cases"].columns == {"case_id": "no"}
    assert spec.tables["cases"].codes == {"stage": {"1": "call", "NO": "notice"}}
    assert spec.tables["payments"].select == "SELECT 1"


def test_settings_never_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().server.port = 1  # type: ignore[misc]


def test_every_setting_has_a_help_text_and_a_name_of_its_own() -> None:
    settings = list(all_settings())
    assert [setting.place for setting in settings if not setting.help.endswith(".")] == []
    assert len({setting.environment for setting in settings}) == len(settings)


@pytest.mark.parametrize("setting", list(all_settings()), ids=lambda setting: setting.environment)
def test_every_default_can_be_given_by_the_environment(setting) -> None:  # type: ignore[no-untyped-def]
    from service.documents.settings import _yaml

    if setting.place[-1] in ("password", "username") or {"openid", "sftp"} & {*setting.place}:
        return  # only together
    text = _yaml(setting.default).strip('"')
    assert read_settings(None, {setting.environment: text}) == Settings()
