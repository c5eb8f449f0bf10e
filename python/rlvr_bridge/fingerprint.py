"""What judgements depend on, as far as it is loaded: verdicts are kept as long as it stays the same."""

import hashlib
import importlib.metadata
import os
import sys


def fingerprint(folder, packages):
    """The interpreter's version, a hash of every module that comes from a folder, and versions of packages."""
    return {
        "python": sys.version,
        "files": hashes_in(folder) if folder is not None else {},
        "packages": {name: version_of(name) for name in packages},
    }


def hashes_in(folder):
    """Hashes of the loaded modules' files below a folder, but for what is installed there."""
    root = os.path.realpath(folder) + os.sep
    hashes = {}
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if not isinstance(path, str):
            continue
        path = os.path.realpath(path)
        if not path.startswith(root) or "site-packages" in path[len(root) :].split(os.sep):
            continue
        with open(path, "rb") as file:
            hashes[path[len(root) :]] = hashlib.sha256(file.read()).hexdigest()
    return dict(sorted(hashes.items()))


def version_of(name):
    """The version of an installed package, or None."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
