"""descriptors.py, in processes of their own: a limit can't be taken back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from descriptors import WANTED

ROOT = Path(__file__).resolve().parent.parent
TELL = """
import resource
import sys
from descriptors import raise_limit
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[1]), int(sys.argv[2])))
raise_limit()
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.parametrize(("soft", "hard", "then"), [(256, 1024, 1024), (1024, 1024, 1024), (256, WANTED + 1, WANTED)])
def test_the_soft_limit_is_raised_as_far_as_it_goes(soft: int, hard: int, then: int) -> None:
    resource = pytest.importorskip("resource")
    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < hard:
        pytest.skip("this system's own limit is lower")
    command = [sys.executable, "-c", TELL, str(soft), str(hard)]
    assert int(subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=30).stdout) == then
