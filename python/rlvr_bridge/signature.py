"""The arguments that a function takes, as far as its signature shows."""

import inspect

from rlvr_bridge.refusal import Refusal


class Signature:
    """The parameters of a function, which is called by keyword."""

    def __init__(self, function, name):
        try:
            parameters = list(inspect.signature(function).parameters.values())
        except ValueError:
            # Native code without a signature gets everything.
            parameters = None
        self.name = name
        self.takes_all = parameters is None or any(each.kind is each.VAR_KEYWORD for each in parameters)
        self.named = []
        self.required = []
        for each in parameters or []:
            if each.kind is each.POSITIONAL_ONLY and each.default is each.empty:
                raise Refusal(f"{name}() takes {each.name} by its position only, and is called by keyword")
            if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY):
                self.named.append(each.name)
                if each.default is each.empty:
                    self.required.append(each.name)

    def arguments(self, available):
        """The given fields that the function names, or all of them if it has **kwargs."""
        missing = [name for name in self.required if name not in available]
        if missing:
            raise Refusal(
                f"{self.name}() asks for {', '.join(missing)}, and there is no such field;"
                f" there are: {', '.join(sorted(available))}",
                of_group=True,
            )
        if self.takes_all:
            return available
        return {name: available[name] for name in self.named if name in available}

    def needs(self, given):
        """The fields of a problem that the function cannot do without, beside what is always given."""
        return [name for name in self.required if name not in given]
