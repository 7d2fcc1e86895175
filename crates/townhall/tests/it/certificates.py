"""Servers with certificates of all kinds, for tests. Prints where they are as one line of JSON, and ends with its input."""

import datetime
import http.server
import ipaddress
import json
import pathlib
import ssl
import sys
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

FOLDER = pathlib.Path(sys.argv[1])
NOW = datetime.datetime.now(datetime.timezone.utc)


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificate(subject, key, issuer, signer, begins, ends):
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + datetime.timedelta(days=begins))
        .not_valid_after(NOW + datetime.timedelta(days=ends))
        .add_extension(x509.BasicConstraints(ca=subject == issuer, path_length=None), critical=True)
    )
    if subject != issuer:
        address = x509.IPAddress(ipaddress.ip_address(subject))
        builder = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False)
    return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


class Files(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = b"a,b\n1,2\n"
        self.send_response(200)
        self.send_header("Content-Type", "text/csv")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


def serve(address, port, begins, ends, subject=None):
    """Where it listens; nothing where this user may not listen there."""
    key = ec.generate_private_key(ec.SECP256R1())
    chain = FOLDER / f"{subject}-{port}-{ends}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain.write_bytes(private + certificate(subject or address, key, "Tests", authority, begins, ends))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    try:
        server = http.server.ThreadingHTTPServer((address, port), Files)
    except OSError:
        return None
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"{address}:{server.server_address[1]}"


authority = ec.generate_private_key(ec.SECP256R1())
roots = FOLDER / "roots.pem"
roots.write_bytes(certificate("Tests", authority, "Tests", authority, -30, 365))
servers = {
    "good": serve("127.0.0.1", 0, -10, 80),
    "ending": serve("127.0.0.1", 0, -80, 10),
    "ended": serve("127.0.0.1", 0, -20, -1),
    "other": serve("127.0.0.1", 0, -10, 80, "127.0.0.2"),
    "standard": serve("127.83.71.9", 443, -10, 80),
}
print(json.dumps({"roots": str(roots), **servers}), flush=True)
sys.stdin.read()
