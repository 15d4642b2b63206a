"""The command line of Understudy; `main` is the console script."""

import logging

import click

from webapp.cli.output import LazyCommands
from webapp.version import product_version

COMMANDS = {
    "bench": "webapp.cli.bench:bench",
    "demo": "webapp.cli.demo:demo",
    "doctor": "webapp.cli.operate:doctor",
    "feel": "webapp.cli.feel:evaluate",
    "import": "webapp.cli.imports:import_group",
    "init": "webapp.cli.operate:init",
    "process": "webapp.cli.processes:process",
    "rules": "webapp.cli.rules:rules",
    "serve": "webapp.cli.operate:serve",
    "token": "webapp.cli.accounts:token",
    "user": "webapp.cli.accounts:user",
    "verify": "webapp.cli.verifying:verify",
    "worker": "webapp.cli.operate:worker",
    "years": "webapp.cli.years:years",
}


@click.group(
    cls=LazyCommands, places=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(product_version(), prog_name="understudy")
def main() -> None:
    """Run the life of a talent reserve pool as processes."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
