"""What Odoo is told in its configuration file."""

from pathlib import Path

from odoo_server.postgres import ROLE


def write_config(folder: Path, *, addons: Path, db: Path, smtp_port: int = 0) -> Path:
    """Write the file into the folder, beside which Odoo will keep its files.

    Args:
        folder: Where the file and Odoo's own files lie.
        addons: Where Odoo's modules are.
        db: The folder of PostgreSQL's socket.
        smtp_port: Who takes its e-mails on loopback.
    """
    lines = (
        "[options]",
        f"db_host = {db}",
        f"db_user = {ROLE}",
        "list_db = False",
        f"data_dir = {folder / 'files'}",
        f"addons_path = {addons}",
        "max_cron_threads = 0",  # nothing happens that the test did not ask for
        "http_interface = 127.0.0.1",
        "smtp_server = 127.0.0.1",
        f"smtp_port = {smtp_port}",
    )
    path = folder / "odoo.conf"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
