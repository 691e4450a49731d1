"""A server to try things on, until Ctrl-C."""

import signal
import sys
from contextlib import suppress

from odoo_server.installation import CHECKOUT, installation
from odoo_server.server import LOGIN, PASSWORD, host


def main() -> None:
    """Start it, and say how to reach it."""
    with host(installation(CHECKOUT / ".odoo")) as running, running.odoo("trial") as odoo:
        sys.stdout.write(
            f"{odoo.base_url} (log in as {LOGIN}, password {PASSWORD})\n"
            f"API: database {odoo.database}, key {odoo.key}\n"
            f"log: {odoo.log}\nCtrl-C ends it and forgets what was done.\n"
        )
        sys.stdout.flush()
        signal.pause()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
