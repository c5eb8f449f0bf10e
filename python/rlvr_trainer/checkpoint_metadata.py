"""The index of a checkpoint (torch.distributed.checkpoint), read without running what it holds.

The library keeps it as a pickle, which may name any function of any module to be called. Here it may name the
classes that an index consists of, and nothing else; every value must be a tensor, since the library reads other
values as pickles too.
"""

from __future__ import annotations

import io
import pickle
from pathlib import Path, PurePosixPath
from typing import Any

import torch
from torch.distributed.checkpoint import FileSystemReader, filesystem, metadata
from torch.distributed.checkpoint.metadata import Metadata, MetadataIndex, TensorStorageMetadata

INDEX = ".metadata"
MAX_BYTES = 1 << 28
"""Far more than the index of any model takes."""

ALLOWED = {
    ("torch", "Size"): torch.Size,
    ("torch.serialization", "_get_layout"): torch.serialization._get_layout,
    (filesystem.__name__, "_StorageInfo"): filesystem._StorageInfo,
    **{
        (metadata.__name__, name): getattr(metadata, name)
        for name in (
            "ChunkStorageMetadata",
            "Metadata",
            "MetadataIndex",
            "StorageMeta",
            "TensorProperties",
            "TensorStorageMetadata",
            "_MEM_FORMAT_ENCODING",
        )
    },
}


class IndexUnpickler(pickle.Unpickler):
    """Knows the classes of an index."""

    def find_class(self, module: str, name: str) -> Any:
        """Raises UnpicklingError for any other name."""
        if (module, name) in ALLOWED:
            return ALLOWED[module, name]
        if module == "torch" and isinstance(vars(torch).get(name), torch.dtype):
            return vars(torch)[name]
        # Where the checkpoint was first written, which nobody asks for. Python moves these classes about.
        if module.partition(".")[0] == "pathlib" and name in ("PosixPath", "WindowsPath"):
            return PurePosixPath
        raise pickle.UnpicklingError(f"it names {module[:80]}.{name[:80]}, which no index of tensors does")

    def persistent_load(self, pid: Any) -> Any:
        """Raises UnpicklingError: an index refers to nothing outside of it."""
        raise pickle.UnpicklingError("it refers to something outside of it")


def read_index(directory: Path, files: dict[str, str]) -> Metadata:
    """The index of a checkpoint, of tensors in `files` of its directory alone; ValueError for any other."""
    path = directory / INDEX
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"its index is larger than {MAX_BYTES} bytes")
    try:
        index = IndexUnpickler(io.BytesIO(path.read_bytes())).load()
    # A damaged pickle can raise any exception.
    except Exception as error:
        raise ValueError(f"its index cannot be read: {str(error)[:200]}") from error
    if not is_of_tensors(index, files):
        raise ValueError("its index is not one of tensors in its own files")
    return index


def is_of_tensors(index: Any, files: dict[str, str]) -> bool:
    """Whether an index holds tensors only, each in a file of the checkpoint, stored as it is."""
    if not isinstance(index, Metadata):
        return False
    tensors, stored = index.state_dict_metadata, index.storage_data
    if not isinstance(tensors, dict) or not isinstance(stored, dict):
        return False
    return all(
        isinstance(name, str) and isinstance(value, TensorStorageMetadata) for name, value in tensors.items()
    ) and all(
        isinstance(place, MetadataIndex)
        and isinstance(info, filesystem._StorageInfo)
        and isinstance(info.relative_path, str)
        and info.relative_path in files
        and not info.transform_descriptors
        for place, info in stored.items()
    )


class IndexedReader(FileSystemReader):
    """Reads the tensors of a checkpoint by an index that was read before."""

    def __init__(self, directory: Path, index: Metadata) -> None:
        super().__init__(directory)
        self.index = index

    def read_metadata(self, *_: Any, **__: Any) -> Metadata:
        """The index."""
        return self.index
