from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis
from celery import Celery

from config.children import valkey
from config.embedded import (
    LONGEST_SOCKET_PATH,
    broker_and_cache_urls,
    broker_socket,
    read_or_make_secret,
    wal_is_safe,
)
from config.processes import ProcessGroup
from tests.backends import wait_until


def test_the_secret_is_made_once_and_is_its_owners(tmp_path: Path) -> None:
    made = read_or_make_secret(tmp_path / "data")

    assert len(made) > 50
    assert read_or_make_secret(tmp_path / "data") == made
    assert stat.S_IMODE((tmp_path / "data" / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret-key"]


def test_processes_that_start_together_have_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = set(threads.map(read_or_make_secret, [tmp_path] * 64))

    assert len(made) == 1


def test_a_folder_that_cannot_be_made_has_a_secret_for_now(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "data"

    assert len(read_or_make_secret(folder)) > 50
    assert read_or_make_secret(folder) != read_or_make_secret(folder)


def test_a_socket_stands_in_the_data_folder_while_its_path_fits() -> None:
    fits = Path("/" + "a" * (LONGEST_SOCKET_PATH - len("//valkey.sock")))
    too_long = Path("/" + "a" * (LONGEST_SOCKET_PATH - len("//valkey.sock") + 1))

    assert broker_socket(fits) == fits / "valkey.sock"
    assert len(str(broker_socket(fits))) == LONGEST_SOCKET_PATH
    assert broker_socket(too_long).parent != too_long
    assert len(str(broker_socket(too_long))) <= LONGEST_SOCKET_PATH
    assert broker_socket(too_long) == broker_socket(too_long)
    assert broker_socket(too_long) != broker_socket(too_long / "b")


@pytest.mark.parametrize(
    ("given", "broker", "cache"),
    [
        ("redis://h", "redis://h/0", "redis://h/1"),
        ("redis://h/", "redis://h/0", "redis://h/1"),
        ("redis://h:7/4", "redis://h:7/4", "redis://h:7/5"),
        ("redis://:p%2Fw@[::1]:7/0", "redis://:p%2Fw@[::1]:7/0", "redis://:p%2Fw@[::1]:7/1"),
        (
            "redis://h/2?protocol=3",
            "redis://h/2?protocol=3",
            "redis://h/3?protocol=3",
        ),
        (
            "rediss://h:7/0",
            "rediss://h:7/0?ssl_cert_reqs=required",
            "rediss://h:7/1?ssl_cert_reqs=required",
        ),
        (
            "rediss://h/0?ssl_cert_reqs=none",
            "rediss://h/0?ssl_cert_reqs=none",
            "rediss://h/1?ssl_cert_reqs=none",
        ),
        ("unix:///a/b.sock", "redis+socket:///a/b.sock?virtual_host=0", "unix:///a/b.sock?db=1"),
        (
            "unix://me:pw@/a.sock?db=3",
            "redis+socket://me:pw@/a.sock?virtual_host=3",
            "unix://me:pw@/a.sock?db=4",
        ),
    ],
)
def test_broker_and_cache_take_neighbouring_databases(given: str, broker: str, cache: str) -> None:
    assert broker_and_cache_urls(given, data_dir=Path("/nowhere")) == (broker, cache)


@pytest.mark.parametrize(
    "given", ["nonsense", "amqp://h/0", "redis://h/zero", "redis://h/0/1", "unix:///a.sock?db=-1"]
)
def test_what_is_no_address_of_a_broker_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="REDIS_URL must read redis://"):
        broker_and_cache_urls(given, data_dir=Path("/nowhere"))


@pytest.mark.parametrize("name", ["plain", "with space", "100%25 & #1?"])
def test_broker_and_cache_reach_the_embedded_valkey_in_any_folder(
    tmp_path: Path, name: str
) -> None:
    data_dir = tmp_path / name
    (data_dir / "valkey").mkdir(parents=True)
    broker, cache = broker_and_cache_urls("", data_dir=data_dir)
    with ProcessGroup() as processes, redis.Redis.from_url(cache) as client:
        log = tmp_path / "log"
        server = processes.start(valkey(data_dir), log=log)
        wait_until(lambda: broker_socket(data_dir).exists(), server=server, log=log)
        with Celery(broker=broker).connection_for_write() as connection:
            connection.default_channel.client.set("from", "broker")
            assert connection.default_channel.client.get("from") == b"broker"

        assert client.get("from") is None
        client.set("from", "cache")
        assert client.get("from") == b"cache"


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 9), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_wal_is_safe_where_its_reset_is_mended(version: tuple[int, int, int], safe: bool) -> None:
    assert wal_is_safe(version) is safe
