"""`python -m dynamicsgp_client check` says what is wrong with a connection; `capture` records what a site speaks."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from dynamicsgp_client.auth import BasicAuth, NegotiateAuth, NTLMAuth
from dynamicsgp_client.backends.profile import SbaProfile
from dynamicsgp_client.client import DynamicsGP
from dynamicsgp_client.errors import AuthenticationError, ConfigurationError
from dynamicsgp_client.retry import Retry
from dynamicsgp_client.site.capture import Site, capture
from dynamicsgp_client.site.check import check
from dynamicsgp_client.site.observations import Observations, verdicts

DONE, WRONG, USAGE = 0, 1, 2
MARKS: dict[bool | None, str] = {True: "right", False: "WRONG", None: "unknown"}


def parser() -> argparse.ArgumentParser:
    """Describe the commands."""
    describe = argparse.ArgumentParser(prog="python -m dynamicsgp_client", description=__doc__)
    commands = describe.add_subparsers(dest="command", required=True)
    shared = argparse.ArgumentParser(add_help=False)
    add = shared.add_argument
    add("--sba-url", default=os.environ.get("DYNAMICSGP_SBA_URL"), help="the REST root, https://HOST/GPService")
    add("--soap-url", default=os.environ.get("DYNAMICSGP_SOAP_URL"), help="the SOAP endpoint, …/DynamicsGPService.asmx")
    add("--company", default=os.environ.get("DYNAMICSGP_COMPANY"), help="the company's display name")
    add("--tenant", default="DefaultTenant", help="the tenant of SBA (DefaultTenant)")
    add("--auth", choices=("ntlm", "negotiate", "basic"), default="ntlm", help="how to sign in (ntlm)")
    add("--username", default=os.environ.get("DYNAMICSGP_USERNAME"), help="DOMAIN\\user, or user@REALM for Kerberos")
    add("--ca-bundle", default=None, help="PEM file of the authority that signed the server's certificate")
    commands.add_parser(
        "check",
        parents=[shared],
        help="say what is wrong: DNS, port, TLS, credentials, rights, company name",
        description="The password is read from $DYNAMICSGP_PASSWORD, or asked for. Exit 0 when all is well, else 1.",
    )
    recorder = commands.add_parser(
        "capture",
        parents=[shared],
        help="record help pages, WSDL and one read of each resource, redacted, into a folder",
        description="Reads only. The password is read from $DYNAMICSGP_PASSWORD, or asked for.",
    )
    recorder.add_argument("folder", type=Path, help="where the recording goes, or lies")
    recorder.add_argument(
        "--verify",
        action="store_true",
        help="send nothing: compare the recording with the default profile; exit 1 when a default is wrong",
    )
    return describe


def main(arguments: Sequence[str] | None = None, write: Callable[[str], object] = sys.stdout.write) -> int:
    """Run a command; gives the exit code."""
    wanted = parser().parse_args(arguments)
    try:
        if wanted.command == "capture" and wanted.verify:
            return _verify(wanted.folder, write)
        site = _site(wanted)
        if wanted.command == "capture":
            for line in capture(site, wanted.folder):
                write(f"{line}\n")
            return DONE
        return _check(site, write)
    except AuthenticationError as error:
        write(f"{error}\n")
        return WRONG
    except (ConfigurationError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return USAGE


def _check(site: Site, write: Callable[[str], object]) -> int:
    with DynamicsGP(
        site.sba_url,
        site.soap_url,
        company=site.company,
        auth=site.auth,
        tenant=site.tenant,
        verify=site.verify,
        retry=Retry.never(),
    ) as gp:
        good = True
        for finding in check(gp, sba_url=site.sba_url, soap_url=site.soap_url, company=site.company):
            good = good and finding.good
            told = "ok" if finding.good else f"FAILED ({finding.cause})"
            write(f"{finding.what}: {told}: {finding.told}\n")
    return DONE if good else WRONG


def _verify(folder: Path, write: Callable[[str], object]) -> int:
    found = verdicts(Observations.from_json((folder / "observations.json").read_text(encoding="utf-8")), SbaProfile())
    for each in found:
        write(f"{MARKS[each.right]:8} {each.name}: the default is {each.default}; observed: {each.observed}\n")
    return WRONG if any(each.right is False for each in found) else DONE


def _site(wanted: argparse.Namespace) -> Site:
    if not wanted.sba_url and not wanted.soap_url:
        raise ConfigurationError("give --sba-url or --soap-url, or set DYNAMICSGP_SBA_URL or DYNAMICSGP_SOAP_URL")
    if not wanted.company:
        raise ConfigurationError("give --company or set DYNAMICSGP_COMPANY")
    if wanted.ca_bundle and not Path(wanted.ca_bundle).is_file():
        raise ConfigurationError(f"--ca-bundle: there is no file {wanted.ca_bundle}")
    return Site(
        wanted.company,
        _auth(wanted),
        wanted.sba_url,
        wanted.soap_url,
        wanted.tenant,
        wanted.ca_bundle or True,
    )


def _auth(wanted: argparse.Namespace) -> NTLMAuth | NegotiateAuth | BasicAuth:
    if wanted.username is None:
        if wanted.auth == "negotiate":
            return NegotiateAuth()
        raise ConfigurationError("give --username or set DYNAMICSGP_USERNAME")
    password = os.environ.get("DYNAMICSGP_PASSWORD") or getpass.getpass(f"Password of {wanted.username}: ")
    kinds = {"ntlm": NTLMAuth, "negotiate": NegotiateAuth, "basic": BasicAuth}
    made: NTLMAuth | NegotiateAuth | BasicAuth = kinds[wanted.auth](wanted.username, password)
    return made


if __name__ == "__main__":
    sys.exit(main())
