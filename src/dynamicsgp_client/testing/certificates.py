"""A self-signed certificate for the simulator's TLS door, and the channel binding that belongs to it."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
import tempfile
from pathlib import Path

from attrs import frozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from spnego.channel_bindings import GssChannelBindings


@frozen
class Certificate:
    """A certificate and its key as PEM."""

    pem: bytes
    key_pem: bytes

    @classmethod
    def make(cls) -> Certificate:
        """Make one for 127.0.0.1 and localhost, good for a year."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        now = dt.datetime.now(dt.UTC)
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=365))
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        return cls(
            certificate.public_bytes(serialization.Encoding.PEM),
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
        )

    def server_context(self) -> ssl.SSLContext:
        """Give the TLS side of a server."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory(prefix="gp-tls-") as folder:
            path = Path(folder) / "both.pem"
            path.touch(mode=0o600)
            path.write_bytes(self.key_pem + self.pem)
            context.load_cert_chain(path)
        return context

    def channel_binding(self) -> GssChannelBindings:
        """Give what a sign-in must be bound to (RFC 5929, tls-server-end-point)."""
        certificate = x509.load_pem_x509_certificate(self.pem)
        fingerprint = certificate.fingerprint(hashes.SHA256())
        return GssChannelBindings(application_data=b"tls-server-end-point:" + fingerprint)
