"""`:help`: an overview, the documentation of names, and pages on topics."""

from __future__ import annotations

import textwrap

from rasp.assist.documentation import FORMS, about, place_of
from rasp.base.diagnostics import display_width, nearest_names, printable, wrap_words
from rasp.conversation.display import BOLD, DIM, in_columns, wrap_prose
from rasp.conversation.talk import Talk
from rasp.errors import BadCommand
from rasp.runtime.library import where_to_load
from rasp.session.sops import Selector, SOp

EXAMPLES = """\
set example EXPR           the input on which s-ops and selectors are shown, such as "hello" or [1, 2]
set s-op example EXPR      … for s-ops only; set selector example EXPR for selectors only
show example               both examples; also show s-op example, show selector example
examples on, examples off  show values on the example or not; also s-op examples, selector examples
full seq display on / off  s-ops with input and output in aligned columns
exit, quit                 leave"""

TOPICS = {
    "tutorial": "",
    "keys": """\
Enter          runs a complete input, else opens a line; adds the last `;`
Alt-Enter      always opens a line
Tab            completes, and goes through the choices
Up, Down       earlier inputs, of several lines too
Right, Ctrl-E  takes the grey suggestion
Ctrl-R         searches earlier inputs
Ctrl-C         drops the input, or stops what runs
Ctrl-D         leaves, on an empty line
Ctrl-Z         suspends; the shell's `fg` comes back
The keys of emacs work; `:vi` switches to those of vi, and back.""",
    "examples": EXAMPLES,
    "kinds": """\
atom      an int, float, string, or True and False
list      [1, 2], and dict {"a": 1}: organise a program, and are gone when it is built
function  def f(x) { return x + 1; }
s-op      from a sequence to a sequence of the same length: tokens, indices, tokens == "a"
selector  from a sequence to a matrix, which keys each query looks at: select(tokens, tokens, ==)""",
    "layers": """\
layer     attention, then a feed-forward; reads what earlier layers wrote
head      one selector of a layer, with the values that it fetches
BOS       a position before the input that holds no token, as most models
          have it; with it a selector_width takes one head, without it two
`:arch EXPR` counts them and says why; `:compile` makes a model, with BOS.""",
    "operators": """\
Tightest first. All group to the left.
    x[i]  f(x)  sop("input")
    not x   -x   +x
    ^
    * /
    %
    + -
    == != <= >= < >
    and or              (one level)
    a if c else b
    x in l   x not in l
Between s-ops they work at every position.
`and`, `or`, `not` combine selectors, too.""",
    "statements": """\
name = EXPR;                     a, b = EXPR, EXPR;
EXPR;                            shows the value; `out` is the last one
sop("input");                    applies an s-op or selector
def f(a, b) { … return EXPR; }
for x in LIST { … }
load "program";                  a file without `.rasp`, or a program of the library
draw(sop);                       draws the flow of an s-op
# a comment; directly above a definition, it is the definition's documentation""",
}

# Words of the language that are not names, with their topics.
TOPIC_OF = {
    **dict.fromkeys(("def", "for", "return", "load", "draw", "#", ";"), "statements"),
    **dict.fromkeys(("set", "show", "example", "full", "on", "off", "exit", "quit"), "examples"),
    **dict.fromkeys(
        ("and", "or", "not", "in", "if", "else", "+", "-", "*", "/", "%", "^", "==", "<", ">"), "operators"
    ),
    **dict.fromkeys(("BOS", "bos", "layer", "head", "heads", "attention", "feed-forward"), "layers"),
    **dict.fromkeys(("True", "False", "s-op", "selector", "atom", "list", "dict", "function"), "kinds"),
}


def show_help(talk: Talk, word: str, commands: list[tuple[str, str]]) -> None:
    """Prints help on a word: a name of the session, a command or a topic. Without a word, the overview.

    Raises BadCommand.
    """
    topic, _, rest = word.partition(" ")
    name = word.rstrip("; ")
    if not word:
        talk.say(in_columns(overview(commands), talk.screen()))
    elif word.startswith(":"):
        talk.say(_command_help(word, commands))
    elif about(name, talk.session) is not None:
        talk.say(about_text(name, talk))
    elif topic == "tutorial":
        talk.say(wrap_prose(talk.tutorial.answer(rest.strip()), talk.screen()))
    elif word == "commands":
        talk.say(in_columns(_table(commands), talk.screen()))
    else:
        text = _on_the_language(word, commands) or where_to_load(name)
        talk.say(in_columns(text, talk.screen()) if text else about_text(name, talk))


def _on_the_language(word: str, commands: list[tuple[str, str]]) -> str:
    """Help on the command and the topic of that word; empty if there is neither."""
    found = [f"{usage}: {summary}" for usage, summary in commands if usage.split()[0] == f":{word}"]
    topic = TOPICS.get(TOPIC_OF.get(word, word))
    return "\n\n".join([*found, *([topic] if topic else [])])


def overview(commands: list[tuple[str, str]]) -> str:
    """The text of `:help` without a word."""
    topics = ", ".join(["commands", *TOPICS])
    return "\n\n".join(
        [
            "A statement ends with `;`; at a prompt Enter adds the last one. Type `tokens` to see the input, "
            "`tokens?` for what is known about it, or begin with `:help tutorial`.",
            _table(commands),
            '`set example "…"`, `examples off` and so on: see `:help examples`.\n'
            f"Topics: {topics}.\n"
            "A command may be cut short where it is clear: `:n` is `:names`.",
        ]
    )


def _table(commands: list[tuple[str, str]]) -> str:
    return "\n".join(f"{usage:<25}  {summary}" for usage, summary in commands)


def _command_help(word: str, commands: list[tuple[str, str]]) -> str:
    found = [f"{usage}: {summary}" for usage, summary in commands if usage.startswith(word)]
    if not found:
        raise BadCommand(f"there is no command `{word[:40]}`", hint="`:help` lists the commands.")
    return "\n".join(found)


def about_text(name: str, talk: Talk) -> str:
    """The documentation of a name: signature, kind, place, comment, worked example, facts. Raises BadCommand."""
    from rasp.assist.worked_examples import worked_example  # imported late: no start needs it

    session, screen = talk.session, talk.screen()
    found = about(name, session)
    if found is None:
        close = nearest_names(name, {*session.scope.visible(), *TOPICS, *FORMS, "commands"})
        hint = (
            f"Did you mean {' or '.join(f'`{near}`' for near in close)}?"
            if close
            else f"Topics are {', '.join(['commands', *TOPICS])}."
        )
        raise BadCommand(f"there is no help on `{printable(name)[:40]}`", hint=hint)
    head = f"{screen.paint(found.signature, BOLD)}: {found.kind} {screen.paint(place_of(name, session), DIM)}"
    comment = "\n".join(_wrap(line, screen.width) for line in found.comment.split("\n"))
    example = worked_example(name) if found.origin is None else []
    parts = [comment, *(_wrap(line, screen.width) for line in example)]
    return "\n".join([head, *(textwrap.indent(part, "  ") for part in parts if part), *facts(name, talk)])


def _wrap(line: str, width: int) -> str:
    shown = printable(line)
    return "\n".join(wrap_words(shown, max(20, width - 2))) if display_width(shown) > width - 2 else shown


def facts(name: str, talk: Talk) -> list[str]:
    """The layers and heads of an s-op or selector, in one line; nothing for other values."""
    if name not in talk.session:
        return []
    value = talk.session[name]
    if not isinstance(value, (SOp, Selector)):
        return []
    return [f"  {printable(value.architecture().summary.partition(': ')[2])}"]
