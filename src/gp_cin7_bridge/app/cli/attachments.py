"""`gp-cin7 attachments`: keep the files of bills that were carried."""

from __future__ import annotations

import typer
from attrs import asdict

from gp_cin7_bridge.app.cli.exits import ExitCode, errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTIONS, AsJson, Connections
from gp_cin7_bridge.app.cli.rendering import print_json, progress_bars
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.review.attachments import KeptFiles, keep_attachments


def attachments(connection: Connections = DEFAULT_CONNECTIONS, as_json: AsJson = False) -> None:
    """Keep the files of carried bills with their hashes, where [attachments] is on; writes to neither system.

    Exit: 0 done; 1 some files could not be taken; 2 wrong usage or settings; 4 another writer is at work.
    """
    with errors_told():
        found: list[KeptFiles] = []
        for path in connection:
            with Bridge.open(path) as bridge, progress_bars() as watch:
                found.append(keep_attachments(bridge, watch=watch))
        if as_json:
            shown = [asdict(each) for each in found]
            print_json(shown[0] if len(shown) == 1 else shown)
        else:
            for each in found:
                for file in each.kept:
                    typer.echo(f"{file.document}: {file.file_name}, {file.bytes} bytes, {file.sha256}")
                for problem in each.failed:
                    typer.echo(f"not kept: {problem}", err=True)
                typer.echo(f"{len(each.kept)} files kept, {len(each.failed)} not")
        raise typer.Exit(ExitCode.NOT_FINISHED if any(each.failed for each in found) else ExitCode.DONE)
