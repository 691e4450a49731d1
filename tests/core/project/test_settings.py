"""Settings of a connector: from the file, the environment, files of secrets and the keyring."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from kpiloop.connector.base import Settings
from kpiloop.errors import ConfigError, CredentialError, KpiloopError, PluginError
from kpiloop.project.connecting import connect
from kpiloop.project.setting_names import SettingNames
from kpiloop.project.settings import SourceSettings, Surroundings
from support.acme import AcmeSettings, Load, SafeSettings, acme_host

SECRET = "sk-very-secret"


def settings_of(  # noqa: PLR0913 - a setting may come from so many places
    source: str,
    model: type[Settings],
    folder: Path,
    *,
    written: dict[str, object] | None = None,
    environment: dict[str, str] | None = None,
    keyring: dict[str, str] | None = None,
) -> SourceSettings:
    """The settings of a source, and where they may come from."""
    return SourceSettings(
        names=SettingNames(source=source, model=model),
        written=written or {},
        surroundings=Surroundings(
            folder=folder, environment=environment or {}, keyring=(keyring or {}).get
        ),
    )


def read(
    folder: Path,
    written: dict[str, object] | None = None,
    environment: dict[str, str] | None = None,
    keyring: dict[str, str] | None = None,
) -> AcmeSettings:
    """The settings of a source `crm` of the connector acme."""
    found = settings_of(
        "crm", AcmeSettings, folder, written=written, environment=environment, keyring=keyring
    ).read()
    assert isinstance(found, AcmeSettings)
    return found


def token(settings: AcmeSettings) -> str:
    """The token in the clear."""
    assert isinstance(settings.token, SecretStr)
    return settings.token.get_secret_value()


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    """KPILOOP_<SOURCE>_<SETTING> wins over the table of the source."""
    settings = read(
        tmp_path,
        {"token": "x", "pages": 50},
        {"KPILOOP_CRM_TOKEN": SECRET, "KPILOOP_CRM_PAGES": "7"},
    )
    assert token(settings) == SECRET
    assert settings.pages == 7


@pytest.mark.parametrize(
    ("written", "environment"),
    [({"token_file": "key.txt"}, {}), ({}, {"KPILOOP_CRM_TOKEN_FILE": "key.txt"})],
)
def test_a_secret_is_read_from_the_file_that_is_named(
    tmp_path: Path, written: dict[str, object], environment: dict[str, str]
) -> None:
    """`<setting>_file` names a file beside kpiloop.toml; blanks around the key do not count."""
    (tmp_path / "key.txt").write_text(f"{SECRET}\n", encoding="utf-8")
    assert token(read(tmp_path, written, environment)) == SECRET


def test_a_secret_is_asked_of_the_keyring_last(tmp_path: Path) -> None:
    """The keyring knows a key as `<source>.<setting>`."""
    assert token(read(tmp_path, keyring={"crm.token": SECRET})) == SECRET
    assert token(read(tmp_path, {"token": "own"}, keyring={"crm.token": SECRET})) == "own"


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """The message names the key that points at the file, and the other ways."""
    with pytest.raises(CredentialError, match="the file that token_file names") as caught:
        read(tmp_path, {"token_file": "nowhere.txt"})
    assert "KPILOOP_CRM_TOKEN in the environment" in caught.value.todo


def test_a_missing_key_is_told_with_the_source_and_where_to_get_it(tmp_path: Path) -> None:
    """The error says which setting of which source, all ways to give it, and the author's hint."""
    with pytest.raises(CredentialError) as caught:
        settings_of("safe", SafeSettings, tmp_path, written={"region": "eu"}).read()
    assert str(caught.value) == (
        "source 'safe': key is missing\n"
        "Next: Give KPILOOP_SAFE_KEY in the environment, key_file in [sources.safe], "
        "or `keyring set kpiloop safe.key`. Ask your administrator."
    )


def test_a_missing_setting_that_is_no_key_is_a_matter_of_the_file(tmp_path: Path) -> None:
    """What is no secret is asked for in kpiloop.toml."""
    with pytest.raises(ConfigError, match="region is missing"):
        settings_of("safe", SafeSettings, tmp_path, written={"key": "x"}).read()


def test_what_a_model_asks_for_as_a_whole_is_a_credential(tmp_path: Path) -> None:
    """A rule over several settings speaks in its author's words."""
    with pytest.raises(CredentialError, match="Acme needs a token") as caught:
        read(tmp_path)
    assert "KPILOOP_CRM_TOKEN in the environment" in caught.value.todo


def test_an_empty_variable_says_nothing(tmp_path: Path) -> None:
    """A variable that is set to nothing leaves the file's word."""
    assert token(read(tmp_path, {"token": "own"}, {"KPILOOP_CRM_TOKEN": ""})) == "own"


def test_a_wrong_value_in_a_variable_is_told_as_such(load: Load) -> None:
    """What is wrong in the environment is not looked for in the file."""
    with pytest.raises(ConfigError) as caught:
        load("[sources.acme]", {"KPILOOP_ACME_PAGES": "many"})
    assert "environment: KPILOOP_ACME_PAGES must be a whole number" in str(caught.value)


def test_a_missing_key_does_no_harm_until_the_source_is_needed(load: Load) -> None:
    """A project without keys can be loaded and shown; connecting asks for the key."""
    project = load("[sources.acme]")
    with pytest.raises(CredentialError):
        connect(project, "acme", host=acme_host(), environment={})


def test_a_source_is_connected_with_its_settings_and_share(load: Load) -> None:
    """The connector gets its settings, the source's name and its share of the limits."""
    project = load("[sources.crm]\nconnector = 'acme'\nshare = 0.25\npages = 9")
    connector = connect(project, "crm", host=acme_host(), environment={"KPILOOP_CRM_TOKEN": SECRET})
    assert connector.settings.pages == 9
    assert (connector.source.name, connector.source.share) == ("crm", 0.25)


def test_a_connector_that_raises_is_a_broken_plugin(load: Load) -> None:
    """What an author's constructor raises is told without its words, which may hold a key."""
    with pytest.raises(PluginError, match="it raised LookupError") as caught:
        connect(load("[sources.stubborn]"), "stubborn", host=acme_host(), environment={})
    assert "secret-token" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        ("KPILOOP_CRM_TOKN", "KPILOOP_CRM_TOKN is no setting of source 'crm'"),
        ("KPILOOP_CRM_EU_URL", "KPILOOP_CRM_EU_URL is no setting of source 'crm_eu'"),
    ],
)
def test_a_misspelt_variable_is_refused(load: Load, variable: str, expected: str) -> None:
    """A variable that begins like a source's settings and is none of them is an error."""
    text = "[sources.crm]\nconnector = 'acme'\n[sources.crm_eu]\nconnector = 'acme'"
    with pytest.raises(ConfigError) as caught:
        load(text, {variable: SECRET})
    assert expected in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_misspelt_variable_is_told_with_the_nearest_one(load: Load) -> None:
    """The message names the variable that was probably meant."""
    with pytest.raises(ConfigError, match="did you mean 'token'"):
        load("[sources.acme]", {"KPILOOP_ACME_TOKN": SECRET})


def test_variables_of_two_sources_are_told_apart(load: Load) -> None:
    """A source whose name begins with another's has variables of its own."""
    text = "[sources.crm]\nconnector = 'acme'\n[sources.crm_eu]\nconnector = 'acme'"
    project = load(
        text, {"KPILOOP_CRM_EU_TOKEN": "x", "KPILOOP_CRM_TOKEN": "y", "KPILOOP_CONFIG": "z"}
    )
    assert set(project.sources) == {"crm", "crm_eu"}


@pytest.mark.parametrize(
    "text",
    [
        f"[sources.acme]\ntoken = ['{SECRET}']",
        f"[sources.acme]\ntoken = '{SECRET}'\npages = '{SECRET}'",
        f"[sources.acme]\ntokn = '{SECRET}'",
        f"[sources.acme]\nshare = '{SECRET}'",
        f"[sources.acme]\nconnector = 7\ntoken = '{SECRET}'",
    ],
)
def test_no_error_shows_what_may_be_a_key(load: Load, text: str) -> None:
    """Wrong settings are told by name and kind of mistake, never by value."""
    with pytest.raises(KpiloopError) as caught:
        load(text)
    error = caught.value
    shown = f"{error}{error!r}{error.args}{error.__cause__!r}"
    assert SECRET not in shown
    assert "sources.acme" in shown


def test_a_project_does_not_show_its_keys(load: Load) -> None:
    """A key in the file stays out of the project's text."""
    assert SECRET not in repr(load(f"[sources.acme]\ntoken = '{SECRET}'"))
