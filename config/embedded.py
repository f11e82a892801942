"""What the settings need before Django is there: a secret, the broker's address, a safe journal."""

import os
import secrets
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit, urlunsplit

# A unix socket's path must fit sockaddr_un.sun_path, 108 bytes with its final zero.
LONGEST_SOCKET_PATH = 107


def read_or_make_secret(data_dir: Path) -> str:
    """
    The secret key under `data_dir`, made at the first call; readable by its owner only.

    Where the folder can't be written the key lasts as long as this process; `up` refuses such
    a folder, and no other command needs a key that lasts.
    """
    path = data_dir / "secret-key"
    made = secrets.token_urlsafe(50)
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Linked whole, so that a process that starts beside us never reads half a key.
        with tempfile.NamedTemporaryFile("w", dir=data_dir, encoding="ascii") as draft:
            draft.write(made)
            draft.flush()
            with suppress(FileExistsError):
                os.link(draft.name, path)
    except OSError:
        if not path.is_file():
            return made
    return path.read_text(encoding="ascii")


def broker_socket(data_dir: Path) -> Path:
    """Where the embedded Valkey listens; a deep data folder gets a socket in the temp folder."""
    path = data_dir / "valkey.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    digest = sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"longrun-{os.getuid()}-{digest}.sock"


def broker_and_cache_urls(redis_url: str, *, data_dir: Path) -> tuple[str, str]:
    """
    The addresses of Celery's broker and of Django's cache, on one server.

    The broker takes the database that `redis_url` names, 0 if it names none, and the cache the
    next one. `redis_url` is redis://, rediss:// or unix://; empty, it means the embedded Valkey
    of `data_dir`. Raises ValueError for anything else.
    """
    if not redis_url:
        redis_url = f"unix://{quote(str(broker_socket(data_dir)))}"
    url = urlsplit(redis_url)
    options = {name: values[-1] for name, values in parse_qs(url.query).items()}
    named = options.pop("db", "0") if url.scheme == "unix" else url.path.strip("/") or "0"
    if url.scheme not in {"redis", "rediss", "unix"} or not named.isdecimal():
        raise ValueError(
            "REDIS_URL must read redis://HOST:PORT/NUMBER, rediss://HOST:PORT/NUMBER or "
            "unix:///PATH?db=NUMBER"
        )
    number = int(named)
    if url.scheme == "unix":
        base = f"{url.netloc}{url.path}"
        return (
            f"redis+socket://{base}?{urlencode(options | {'virtual_host': number})}",
            f"unix://{base}?{urlencode(options | {'db': number + 1})}",
        )
    if url.scheme == "rediss":
        # Celery would take any certificate unless it is told not to.
        options.setdefault("ssl_cert_reqs", "required")
    query = urlencode(options)
    broker, cache = (
        urlunsplit((url.scheme, url.netloc, f"/{database}", query, ""))
        for database in (number, number + 1)
    )
    return broker, cache


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite has the fix of the 2026 WAL-reset bug (3.51.3, 3.50.7, 3.44.6)."""
    if version >= (3, 51, 0):
        return version >= (3, 51, 3)
    fixed = {(3, 50): 7, (3, 44): 6}
    return version[2] >= fixed.get(version[:2], 1_000)
