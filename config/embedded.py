"""What the embedded defaults need before Django is there: a secret, a socket, a safe journal."""

import os
import secrets
import tempfile
from hashlib import sha256
from pathlib import Path

# A unix socket's path must fit sockaddr_un.sun_path, 108 bytes with its final zero.
LONGEST_SOCKET_PATH = 107


def read_or_make_secret(data_dir: Path) -> str:
    """The secret key under `data_dir`, made at the first call; readable by its owner only."""
    path = data_dir / "secret-key"
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError:
        # It is there already, or the folder can't be written; `up` names the second case.
        try:
            return path.read_text(encoding="ascii") or secrets.token_urlsafe(50)
        except OSError:
            return secrets.token_urlsafe(50)
    secret = secrets.token_urlsafe(50)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret)
    return secret


def broker_socket(data_dir: Path) -> Path:
    """Where the embedded Valkey listens; a deep data folder gets a socket in the temp folder."""
    path = data_dir / "valkey.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    digest = sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"longrun-{os.getuid()}-{digest}.sock"


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite has the fix of the 2026 WAL-reset bug (3.51.3, 3.50.7, 3.44.6)."""
    if version >= (3, 51, 0):
        return version >= (3, 51, 3)
    fixed = {(3, 50): 7, (3, 44): 6}
    return version[2] >= fixed.get(version[:2], 1_000)
