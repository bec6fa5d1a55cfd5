"""What a storage could not do, as one of our errors: later, or never with the rights that we have.

The libraries below fsspec (aiohttp, requests, gcsfs, google-auth, the operating system) have no base class in
common, so everything that a call of theirs raises is told here; only what the bytes say is a damaged payload.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from google.auth.exceptions import DefaultCredentialsError

from common.errors import ConfigurationError, NbaError, StorageUnavailableError

# The rights by what Google calls them; a folder's are those of the file system.
RIGHTS = {
    "read": "storage.objects.get",
    "list": "storage.objects.list",
    "write": "storage.objects.create and storage.objects.delete",
}
_NOT_THERE = (FileNotFoundError, IsADirectoryError, NotADirectoryError)
_NO_RIGHT = (401, 403, "401", "403")


@contextmanager
def storage_call(doing: str, path: str) -> Iterator[None]:
    """Run a call of the storage; `doing` is one of RIGHTS.

    Our own errors pass, and those that say that there is no such file. ConfigurationError where a right is
    missing, StorageUnavailableError for everything else.
    """
    try:
        yield
    except OSError as error:
        # No file can have a name that is too long.
        if error.errno == errno.ENAMETOOLONG:
            raise FileNotFoundError(path) from error
        if isinstance(error, _NOT_THERE):
            raise
        raise translated(error, doing, path) from error
    except (NbaError, MemoryError):
        raise
    except Exception as error:
        raise translated(error, doing, path) from error


def translated(error: Exception, doing: str, path: str) -> ConfigurationError | StorageUnavailableError:
    """`error` of a call that was `doing` something at `path`, as one of ours."""
    cause = f"{type(error).__name__}: {error}"
    if _lacks_right(error):
        return ConfigurationError(
            f"the storage refuses to {doing}",
            path=path,
            right=RIGHTS[doing],
            cause=cause,
            remedy="grant the service this right on the raw store (a bucket's role, a folder's mode)",
        )
    return StorageUnavailableError(f"the storage could not {doing} now", path=path, cause=cause)


def _lacks_right(error: Exception) -> bool:
    if isinstance(error, PermissionError | DefaultCredentialsError) or getattr(error, "code", None) in _NO_RIGHT:
        return True
    # gcsfs answers 403 with a bare OSError.
    return type(error) is OSError and str(error).startswith("Forbidden")
