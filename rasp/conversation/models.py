"""The command `:compile`: compiles an s-op to a model, proves it, and writes it to a file if one is given."""

from __future__ import annotations

import shlex

from rasp.base.diagnostics import printable
from rasp.conversation.inspecting import printable_lines
from rasp.conversation.talk import Talk
from rasp.errors import BadCommand
from rasp.session.choosing import require

NEED = "`:compile` needs an s-op"
USAGE = "For example `:compile hist abcd 10`; a file and `causal` may follow."


def compile_sop(talk: Talk, argument: str) -> None:
    """`:compile`: compiles an s-op, and prints the model and the report of its proof."""
    from rasp.model.files import check_writable  # imported late: no start needs these
    from rasp.model.report import details
    from rasp.session.compiling import model_of

    expression, vocabulary, length, causal, file = _parts(argument)
    value = require(talk.session, talk.session.eval(expression), NEED, BadCommand, USAGE, selectors=False)
    if file is not None:
        check_writable(file)
    model = model_of([value], talk.session.names_of_nodes, vocabulary, length, causal=causal)
    talk.show(model, printable_lines(f"{model.report}\n\n{details(model.network)}"))
    if file is not None:
        model.save(file)
        talk.say(f"written: {printable(file)}")


def _parts(argument: str) -> tuple[str, str, int, bool, str | None]:
    """Splits an argument: expression, vocabulary, length, whether causal, and file. Raises BadCommand."""
    words = argument.rstrip("; ").split(" ")
    causal, file = False, None
    while len(words) > 3 and (words[-1] == "causal" or words[-1].endswith(".safetensors")):
        word = words.pop()
        causal, file = causal or word == "causal", file if word == "causal" else word
    if len(words) < 3:
        raise BadCommand("`:compile` needs an s-op, its tokens and the length of the longest input", hint=USAGE)
    if len(words) > 3 and words[-2].isdecimal():
        raise BadCommand(f"a model is written into a .safetensors file, not `{printable(words[-1])}`", hint=USAGE)
    if not words[-1].isdecimal() or len(words[-1]) > 6:
        raise BadCommand(f"the length of the longest input must be an int, not `{printable(words[-1])}`", hint=USAGE)
    expression = " ".join(words[:-2]).strip()
    return expression, unquote(words[-2]), int(words[-1]), causal, file


def unquote(word: str) -> str:
    """The tokens, without quotes if they are quoted.

    >>> unquote('"a b"'), unquote("ab")
    ('a b', 'ab')
    """
    try:
        parts = shlex.split(word)
    except ValueError:
        return word
    return parts[0] if len(parts) == 1 and word[0] in "\"'" else word
