"""Somebody else's implementation of NTLM and Kerberos in front of the simulator: Apache httpd with mod_auth_gssapi,
gss-ntlmssp and an MIT KDC, all on loopback and all in one folder."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from attrs import frozen

from dynamicsgp_client.testing import Certificate

REALM = "GP.TEST"
DOMAIN = "GP"
USER = "gpuser"
PASSWORD = 'Gr\u00fcn & "quoted" $1'
PROGRAMS = ("apache2", "krb5kdc", "kdb5_util", "kadmin.local")
MODULES = Path("/usr/lib/apache2/modules")
NTLM = Path("/etc/gss/mech.d/mech.ntlmssp.conf")
DOORS = ("bound", "tls", "each_request", "closes_after_5", "closes_when_idle", "ntlm_only", "kerberos_only")


def missing() -> list[str]:
    """Name what is not installed."""
    found = [name for name in PROGRAMS if shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin") is None]
    found += [str(path) for path in (MODULES / "mod_auth_gssapi.so", NTLM) if not path.exists()]
    return found


@frozen
class Site:
    """Where it answers: a port for each behaviour, and what a caller needs to trust and to get a ticket."""

    folder: Path
    ports: dict[str, int]
    certificate: Path
    krb5_config: Path
    password: str = PASSWORD

    def root(self, door: str) -> str:
        return f"{'https' if door == 'tls' else 'http'}://localhost:{self.ports[door]}"

    def log(self, door: str) -> list[str]:
        """The requests that reached a door: connection, status, scheme, method, body length."""
        path = self.folder / f"{door}.log"
        return path.read_text().splitlines() if path.exists() else []


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@contextmanager
def running(backend: str) -> Iterator[Site]:
    """Serve `backend` (scheme, host and port) behind every door while the block runs."""
    with (
        tempfile.TemporaryDirectory(prefix="gp-apache-", ignore_cleanup_errors=True) as folder,
        _served(Path(folder), backend) as site,
    ):
        yield site


@contextmanager
def _served(folder: Path, backend: str) -> Iterator[Site]:
    kdc, *ports = free_ports(len(DOORS) + 1)
    site = Site(folder, dict(zip(DOORS, ports, strict=True)), folder / "tls.pem", folder / "krb5.conf")
    environment = _kerberos(folder, kdc)
    certificate = Certificate.make()
    site.certificate.write_bytes(certificate.pem)
    (folder / "key.pem").write_bytes(certificate.key_pem)
    (folder / "users").write_text(f"{DOMAIN}:{USER}:{PASSWORD}\n")
    (folder / "httpd.conf").write_text(_httpd(folder, site.ports, backend))
    with ExitStack() as stack:
        _start(stack, ["krb5kdc", "-n"], environment, kdc)
        _start(stack, ["apache2", "-f", str(folder / "httpd.conf"), "-DFOREGROUND"], environment, *ports)
        yield site


def _start(stack: ExitStack, command: list[str], environment: dict[str, str], *ports: int) -> None:
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def stop() -> None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stderr:
            process.stderr.close()

    stack.callback(stop)
    deadline = time.monotonic() + 20
    for port in ports:
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended: {process.stderr.read().decode() if process.stderr else ''}")
            time.sleep(0.05)
        else:
            raise RuntimeError(f"{command[0]} does not answer on port {port}")


def _kerberos(folder: Path, port: int) -> dict[str, str]:
    (folder / "krb5.conf").write_text(
        f"""[libdefaults]
 default_realm = {REALM}
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_canonicalize_hostname = false
 rdns = false
 udp_preference_limit = 1
[realms]
 {REALM} = {{
  kdc = 127.0.0.1:{port}
 }}
[domain_realm]
 localhost = {REALM}
"""
    )
    (folder / "kdc.conf").write_text(
        f"""[kdcdefaults]
 kdc_listen = ""
 kdc_tcp_listen = 127.0.0.1:{port}
[realms]
 {REALM} = {{
  database_name = {folder}/principal
  key_stash_file = {folder}/stash
 }}
"""
    )
    environment = {
        "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin",
        "KRB5_CONFIG": str(folder / "krb5.conf"),
        "KRB5_KDC_PROFILE": str(folder / "kdc.conf"),
        "KRB5_KTNAME": str(folder / "http.keytab"),
        "KRB5RCACHEDIR": str(folder),
        "NTLM_USER_FILE": str(folder / "users"),
        "NETBIOS_DOMAIN_NAME": DOMAIN,
        "NETBIOS_COMPUTER_NAME": "LOCALHOST",
        "LANG": "C.UTF-8",
    }

    def run(*command: str, text: str = "") -> None:
        subprocess.run(command, env=environment, input=text, text=True, check=True, capture_output=True)

    run("kdb5_util", "create", "-s", "-r", REALM, "-P", "master")
    run("kadmin.local", "-q", f"addprinc -randkey HTTP/localhost@{REALM}")
    run("kadmin.local", "-q", f"ktadd -k {folder}/http.keytab HTTP/localhost@{REALM}")
    run("kadmin.local", "-q", f"addprinc {USER}@{REALM}", text=f"{PASSWORD}\n{PASSWORD}\n")
    return environment


def _httpd(folder: Path, ports: dict[str, int], backend: str) -> str:
    names = {
        "mpm_event": "mpm_event",
        "authn_core": "authn_core",
        "authz_core": "authz_core",
        "authz_user": "authz_user",
        "auth_gssapi": "auth_gssapi",
        "headers": "headers",
        "proxy": "proxy",
        "proxy_http": "proxy_http",
        "ssl": "ssl",
        "socache_shmcb": "socache_shmcb",
    }
    modules = "".join(f"LoadModule {name}_module {MODULES}/mod_{file}.so\n" for name, file in names.items())
    hosts = "".join(_host(folder, door, port) for door, port in ports.items())
    account = f"User #{os.getuid()}\nGroup #{os.getgid()}\n" if os.getuid() else "User www-data\nGroup www-data\n"
    if not os.getuid():
        # httpd's children run as another user, who reads the keytab and writes a replay cache.
        folder.chmod(0o777)
        for name in ("http.keytab", "users", "key.pem", "krb5.conf"):
            (folder / name).chmod(0o644)
    return f"""ServerRoot {folder}
ServerName localhost
PidFile {folder}/httpd.pid
{modules}{account}
ErrorLog {folder}/error.log
LogFormat "%{{remote}}p %k %>s %{{Authorization}}i %m %{{Content-Length}}i" calls
KeepAlive On
MaxKeepAliveRequests 0
KeepAliveTimeout 30
ProxyPass / {backend}/ nocanon
AllowEncodedSlashes NoDecode
SSLSessionCache none
{hosts}"""


def _host(folder: Path, door: str, port: int) -> str:
    mechanisms = {"each_request": "krb5", "kerberos_only": "krb5", "ntlm_only": "ntlmssp"}.get(door, "krb5 ntlmssp")
    bound = "Off" if door == "each_request" else "On"
    extra = {
        "closes_after_5": "MaxKeepAliveRequests 5",
        "closes_when_idle": "KeepAliveTimeout 1",
        "tls": f"SSLEngine on\n SSLCertificateFile {folder}/tls.pem\n SSLCertificateKeyFile {folder}/key.pem",
    }.get(door, "")
    allowed = "".join(f"  GssapiAllowedMech {each}\n" for each in mechanisms.split())
    return f"""Listen 127.0.0.1:{port}
<VirtualHost 127.0.0.1:{port}>
 {extra}
 CustomLog {folder}/{door}.log calls
 <Location "/">
  AuthType GSSAPI
  AuthName GP
{allowed}  GssapiConnectionBound {bound}
  GssapiSignalPersistentAuth On
  GssapiPublishMech On
  Require valid-user
 </Location>
</VirtualHost>
"""
