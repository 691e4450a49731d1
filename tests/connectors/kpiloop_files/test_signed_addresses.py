"""Addresses whose query is as good as a key: it is sent, and stands nowhere else."""

from collections.abc import Callable, Generator
from contextlib import closing, contextmanager

import pytest

from kpiloop import ConfigError, Read, Window
from kpiloop.testing import FaultServer, Received, Reply, answer
from support.files_folder import COSTS, FilesFolder

CANARY = "Canary7Of9"
FILE = f"export/costs.csv?sp=r&sig={CANARY}%2F%3D"
COLUMNS = "month,channel,spent"
ONE_ROW = f"{COLUMNS}\n2026-01,email,5\n".encode()


@contextmanager
def served(folder: FilesFolder, reply: Callable[[Received], Reply]) -> Generator[FilesFolder]:
    """The folder's costs, at a signed address that answers so."""
    with FaultServer(reply) as server:
        folder.settings = {"folder": "", "base_url": server.base_url}
        folder.tables = [COSTS | {"file": FILE}]
        folder.logs = [{"file": f"access.log?sig={CANARY}"}]
        yield folder


def stored(folder: FilesFolder) -> str:
    """Everything that the warehouse keeps, in every table."""
    tables = folder.ask("SELECT schema_name, table_name FROM duckdb_tables()")
    return repr([folder.ask(f'FROM "{schema}"."{name}"') for schema, name in tables])


@pytest.mark.parametrize(
    "content",
    [
        "hello\nworld\n",
        f"{COLUMNS}\n2026-01,email,five\n",
        f"{COLUMNS}\n2026-01,email,5\n2026-01,email,6\n",
        f'{COLUMNS}\n2026-01,"email,5\n',
    ],
)
@pytest.mark.parametrize("words", [{}, {"key": ()}, {"format": "excel"}, {"format": "parquet"}])
def test_a_signature_stands_in_no_message_and_no_row(
    folder: FilesFolder, content: str, words: dict[str, object]
) -> None:
    """Neither in errors, nor in quarantine, nor in what a reading remembers, nor in an id."""
    asked: list[Received] = []

    def reply(request: Received) -> Reply:
        asked.append(request)
        return answer(content.encode(), kind="text/csv")

    with served(folder, reply):
        folder.tables = [folder.tables[0] | words]
        told = folder.error()
        with closing(folder.connector()) as connector:
            told += repr(list(connector.checks()))
            told += repr(connector.settings)
            read = Read(window=Window(start=None, end=connector.source.clock.now()))
            for stream in connector.all_streams().values():
                assert stream.slices is not None
                told += repr(stream.slices(connector, read))
    assert any(CANARY in request.query for request in asked)
    assert "costs.csv" in told
    assert CANARY not in told
    assert "costs.csv" in stored(folder)
    assert CANARY not in stored(folder)


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_server_that_repeats_the_signature_in_its_refusal_is_not_quoted(
    folder: FilesFolder, status: int
) -> None:
    """The status says enough, and the error what to do."""

    def reply(request: Received) -> Reply:
        said = {"message": f"no access to {request.path}?{request.query}"}
        return answer(said, status=status)

    with served(folder, reply):
        error = folder.error()
    assert f"status {status}" in error
    assert "Next: " in error
    assert CANARY not in error


def test_settings_of_a_signed_address_that_make_no_sense_are_told_without_it(
    folder: FilesFolder,
) -> None:
    """By the path of the file."""
    folder.settings = {"folder": "", "base_url": "https://files.acme.example"}
    folder.tables = [COSTS | {"file": FILE, "entity": "cost"}]
    with pytest.raises(ConfigError, match=r"table 'export/costs\.csv'") as caught:
        folder.connector()
    assert CANARY not in str(caught.value)


def test_two_tables_of_one_path_and_different_queries_are_two(folder: FilesFolder) -> None:
    """As with the sheets of a spreadsheet in a cloud: rows without ids are not mixed up."""

    def reply(request: Received) -> Reply:
        row = f"2026-01,{request.query},5"
        return answer(f"{COLUMNS}\n{row}\n".encode(), kind="text/csv")

    with served(folder, reply):
        table = COSTS | {"key": ()}
        second = {"file": "export/costs.csv?sheet=2", "name": "second"}
        folder.tables = [table | {"file": "export/costs.csv?sheet=1"}, table | second]
        folder.logs = []
        folder.counts()
    assert folder.rows("id, channel") == [
        ("export/costs.csv:2", "sheet=1"),
        ("second:export/costs.csv:2", "sheet=2"),
    ]


def test_a_renewed_signature_deletes_no_row(folder: FilesFolder) -> None:
    """It is the same file, whoever lets us in."""
    with served(folder, lambda _: answer(ONE_ROW, kind="text/csv")):
        folder.logs = []
        folder.tables = [folder.tables[0] | {"key": ()}]
        folder.counts()
        folder.tables = [folder.tables[0] | {"file": "export/costs.csv?sig=renewed"}]
        counts = folder.counts()
    assert (counts.unchanged, counts.new, counts.deleted) == (1, 0, 0)
