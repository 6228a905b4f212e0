"""aiosmtpd as a mail server with a certificate authority of its own: STARTTLS and TLS, AUTH required.

usage: mail_server.py FOLDER. Prints one line of JSON with its ports and the authority's file, then serves until its
standard input ends. What it takes is a line of JSON each in FOLDER/mails.jsonl.
"""

import datetime
import ipaddress
import json
import pathlib
import socket
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

USER, PASSWORD = "billing", "correct horse"
folder = pathlib.Path(sys.argv[1])


def certificate(name, issuer, signer, authority):
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.timezone.utc)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        names = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return key, builder.sign(signer or key, hashes.SHA256())


def pem(key, made):
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM), private


class Record:
    """Takes mail; an address that begins with `later` gets 451 the first time, one with `never` gets 550."""

    def __init__(self):
        self.refused = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("never"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        to = envelope.rcpt_tos[0]
        if to.startswith("later") and to not in self.refused:
            self.refused.add(to)
            return "451 4.3.0 try again later"
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None,
            "signed_in": session.authenticated,
            "hello": session.host_name,
            "data": envelope.content.decode("ascii"),
        }
        with open(folder / "mails.jsonl", "a", encoding="ascii") as out:
            out.write(json.dumps(mail) + "\n")
        return "250 2.0.0 taken"


def authenticate(server, session, envelope, mechanism, data):
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=right)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


authority_key, authority = certificate("Purser test authority", None, None, True)
server_key, server = certificate("127.0.0.1", authority.subject, authority_key, False)
(folder / "ca.pem").write_bytes(pem(authority_key, authority)[0])
(folder / "server.pem").write_bytes(b"".join(pem(server_key, server)))
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(folder / "server.pem")

record = Record()
common = {"hostname": "127.0.0.1", "auth_required": True, "authenticator": authenticate, "timeout": 60}
starttls = Controller(record, port=free_port(), tls_context=context, require_starttls=True, **common)
tls = Controller(record, port=free_port(), ssl_context=context, auth_require_tls=False, **common)
starttls.start()
tls.start()
print(json.dumps({"starttls": starttls.port, "tls": tls.port, "ca": str(folder / "ca.pem")}), flush=True)
sys.stdin.read()
starttls.stop()
tls.stop()
