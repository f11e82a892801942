from __future__ import annotations

import sys
from importlib.metadata import version

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement

from config.preflight import NotReadyError, check_packages, is_missing, whole_number


@given(st.integers(1, 65535))
def test_a_port_is_read(number: int) -> None:
    assert whole_number(str(number), name="--port", first=1, last=65535) == number


@pytest.mark.parametrize(
    "text", ["abc", "0", "65536", "-1", "+1", "8000.5", "8_0", "٨٠٠٠", "²", "", " 8", "8" * 5000]
)
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(NotReadyError) as refused:
        whole_number(text, name="--port", first=1, last=65535)

    assert str(refused.value) == f"--port {text!r} is not a whole number from 1 to 65535."


def test_everything_required_is_installed() -> None:
    check_packages()


def test_a_package_is_missing_unless_its_marker_does_without_it() -> None:
    other = f'python_version < "{sys.version_info.major}.{sys.version_info.minor}"'

    assert is_missing(Requirement("longrun-has-no-such-package==1"))
    assert not is_missing(Requirement(f"longrun-has-no-such-package==1 ; {other}"))
    assert not is_missing(Requirement(f"Django=={version('Django')}"))
