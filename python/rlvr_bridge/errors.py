"""What went wrong, as a text for a person."""

import os
import sys
import traceback

from rlvr_bridge.refusal import Refusal

HERE = os.path.dirname(os.path.abspath(__file__))
MAX_ERROR = 8000


def describe(error):
    """What went wrong, with the traceback through the function's own frames."""
    common = {"interpreter": sys.executable, "version": "{}.{}.{}".format(*sys.version_info)}
    if isinstance(error, Refusal):
        return {**common, "text": str(error)[-MAX_ERROR:], **error.details}
    if isinstance(error, ModuleNotFoundError) and error.name is not None:
        common["missing_module"] = error.name
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename.startswith((HERE, "<frozen importlib")):
        frames = frames.tb_next
    text = "".join(traceback.format_exception(type(error), error, frames)).strip()
    return {**common, "text": text[-MAX_ERROR:], "out_of_memory": isinstance(error, MemoryError)}
