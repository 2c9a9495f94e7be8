"""Print the typed blocks of one file: `manage.py blocks PATH --format json`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from content.ingest.blocks.listing import Row, rows
from content.ingest.reading import Refused, collect, decode


class Command(BaseCommand):
    requires_system_checks = ()
    help = (
        "Print what the reader makes of one notes file, block by block, with what it leaves out and why. "
        "For authors who wonder about a line."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", help="A notes file.")
        parser.add_argument("--format", choices=["json", "text"], default="text")

    def handle(self, *args: Any, path: str, **options: Any) -> None:
        collected = collect([path])
        if collected.errors:
            raise CommandError(collected.errors[0].message)
        try:
            found = [row for file in collected.files for row in rows(file.path, decode(file))]
        except Refused as refused:
            raise CommandError(refused.notice.message) from None
        if options["format"] == "json":
            self.stdout.write(json.dumps([_plain(row) for row in found], ensure_ascii=False))
            return
        for row in found:
            block = row.block
            first = block.text.split("\n", 1)[0][:80]
            why = f"  [left out: {row.discarded}]" if row.discarded else ""
            self.stdout.write(
                f"{block.line_from:5}–{block.line_to:<5} {block.kind:12} {'  ' * block.depth}{first}{why}"
            )


def _plain(row: Row) -> dict[str, Any]:
    block = row.block
    plain: dict[str, Any] = {
        "kind": block.kind,
        "depth": block.depth,
        "line_from": block.line_from,
        "line_to": block.line_to,
        "text": block.text,
        "parent": block.parent,
    }
    return {**plain, "discarded": row.discarded} if row.discarded else plain
