"""What is installed that can move a result. It enters a run's identity, and workers on other machines must match it."""

from __future__ import annotations

import platform
from importlib import metadata


def versions() -> dict[str, str]:
    """Everything installed that can move a result: sources of the simulator, compiler, arrays, processor.

    The hash of the sources is taken once in a process: edits made on disk later are not what it runs.
    """
    import llvmlite.binding

    from simulator.rules import source_hash

    return {
        "fupin": metadata.version("fupin"),
        "simulator": source_hash(),
        "python": ".".join(platform.python_version_tuple()[:2]),
        "numba": metadata.version("numba"),
        "numpy": metadata.version("numpy"),
        "cpu": llvmlite.binding.get_host_cpu_name(),
    }
