"""The commands and options of the command line.

A command is a row of the table `COMMANDS` and a module `rasp.cli.NAME` with a function `run`, which `rasp.cli` imports
when the command is given.
"""

from __future__ import annotations

import argparse
import functools
from collections.abc import Callable, Sequence

from rasp.base.limits import Limits, limits
from rasp.base.version import VERSION
from rasp.cli import usage
from rasp.cli.argument_types import jobs, limit, picture_size, positive_int, whole_number
from rasp.cli.help_examples import examples_text
from rasp.cli.learning_arguments import add_learn, add_tag, add_train
from rasp.cli.shared_arguments import PROGRAM, OptionGroup, add_assume_bos, add_choice, add_input_form
from rasp.cli.special_names import STANDARD_INPUT

UNLIMITED = 10**18 - 1  # the largest limit that the command line accepts
DEFAULT = "run"  # `rasp FILE …` is short for `rasp run FILE …`


def parse_arguments(given: Sequence[str]) -> argparse.Namespace:
    """Parses the arguments; `command` of the result is the command's name, or None. Wrong usage exits with status 2."""
    index = _after_limits(given)
    own = own_parser(listing=index < len(given) and given[index] in usage.HELP)
    if index == len(given) or given[index] in usage.OWN_OPTIONS:
        return _set_limits(own.parse_args(given))
    before = own.parse_args(given[:index])
    first, *rest = map(_protect_name, given[index:])
    if first not in COMMANDS:
        usage.check_default_command(own, [first, *rest], COMMANDS, _known_parser)
        first, rest = DEFAULT, [first, *rest]
    parser = command_parser(first, rest[0] if rest else "")
    usage.check_options(parser, rest, COMMANDS, _known_parser)
    options, others = _reader(parser)(rest)
    if others:
        parser.error(usage.left_over_message(parser, rest, others))
    usage.check_standard_input(options)
    usage.check_library(options)
    usage.check_lengths(options)
    options.first_limits = before.first_limits
    return _set_limits(options)


def _reader(parser: argparse.ArgumentParser) -> Callable[[Sequence[str]], tuple[argparse.Namespace, list[str]]]:
    """The parsing function; with the usual one, argparse finds no optional arguments after an option."""
    if any(action.nargs == "*" for action in parser._actions):
        return parser.parse_known_intermixed_args
    return parser.parse_known_args


def _protect_name(word: str) -> str:
    """Rewrites `-:NAME` (a name in the program on standard input) so that it does not look like an option."""
    return f"{STANDARD_INPUT}{word[1:]}" if word.startswith("-:") else word


def _set_limits(options: argparse.Namespace) -> argparse.Namespace:
    for name, value in options.first_limits + options.limit:
        setattr(limits, name, value)
    return options


def _after_limits(given: Sequence[str]) -> int:
    """The index of the first argument after the limits that precede a command."""
    index = 0
    while index < len(given) and given[index].partition("=")[0] in ("--limit", "--allow-dense"):
        index += 2 if given[index] == "--limit" else 1
    return min(index, len(given))


_CLOSING = """\
Without a command: a conversation on standard input. `rasp FILE …` is short for
`rasp run FILE …`. `rasp help COMMAND` tells the options of a command. The exit
status is 0, 1 when a program failed, 2 for wrong usage."""


def own_parser(listing: bool = False) -> argparse.ArgumentParser:
    """The parser of the arguments before a command; with `listing`, its help lists the commands."""
    parser = argparse.ArgumentParser(
        prog="rasp",
        usage="rasp [-h] [--version] [--limit NAME=N] [--allow-dense] [COMMAND …]",
        description="RASP, the language whose primitives are the parts of a transformer.",
        epilog=f"{_CLOSING}\n\n{examples_text('')}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"rasp {VERSION}")
    _limits(parser, "first_limits")  # another name than `limit`, which would be reset by the command's default
    parser.set_defaults(command=None, parser=parser, limit=[])
    if listing:
        commands = parser.add_subparsers(title="commands", metavar="COMMAND")
        for name, (summary, _) in COMMANDS.items():
            commands.add_parser(name, help=summary)
    return parser


def command_parser(name: str, action: str = "") -> argparse.ArgumentParser:
    """The parser of the arguments after the name of a command; its help has the examples of the action."""
    summary, arguments = COMMANDS[name]
    parser = argparse.ArgumentParser(
        prog=f"rasp {name}",
        description=summary,
        epilog=examples_text(name, action),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    arguments(parser)
    _mark_repeatable(parser)
    _limits(parser, "limit")
    parser.set_defaults(command=name, parser=parser)
    return parser


@functools.cache
def _known_parser(name: str) -> argparse.ArgumentParser:
    """A command's parser whose options are only looked at: a message may have to look through those of all commands."""
    return command_parser(name)


def _mark_repeatable(parser: argparse.ArgumentParser) -> None:
    """Says in the help of options which may be given several times that they may."""
    for action in parser._actions:
        if isinstance(action, argparse._AppendAction):
            action.help = f"{action.help}; may be repeated"


def _limits(parser: argparse.ArgumentParser, name: str) -> None:
    group = parser.add_argument_group("limits, rarely needed")
    group.add_argument(
        "--limit", dest=name, action="append", default=[], type=limit, metavar="NAME=N", help=_LIMIT_HELP
    )
    group.add_argument(
        "--allow-dense",
        dest=name,
        action="append_const",
        const=("pairs", UNLIMITED),
        help="do not refuse long inputs whose selectors need a whole matrix, however long it takes",
    )


_LIMIT_HELP = f"set a limit, may be repeated; NAME is one of {', '.join(sorted(Limits.__annotations__))}"


def _inputs_and_output(parser: argparse.ArgumentParser) -> None:
    """The options for inputs whose results are shown, and for the form of output."""
    parser.add_argument(
        "-i",
        "--input",
        action="append",
        default=[],
        metavar="INPUT",
        help="an input, one token a character (--input=TEXT where it starts with -)",
    )
    add_input_form(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def _many_inputs(parser: argparse.ArgumentParser) -> None:
    """The options for a file of inputs, and for processes."""
    parser.add_argument("--inputs", metavar="FILE", help="a file with an input on each line, or - for standard input")
    parser.add_argument(
        "--jobs",
        type=jobs,
        metavar="N",
        help="spread the inputs over N processes (default: 1, this one)",
    )


def _program(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=PROGRAM)


def _run(parser: argparse.ArgumentParser) -> None:
    _program(parser)
    parser.add_argument("-s", "--sop", action="append", default=[], metavar="NAME", help="an s-op or selector to show")
    _many_inputs(parser)
    _inputs_and_output(parser)
    parser.add_argument("--keep-going", action="store_true", help="run the statements after a failing one, too")
    parser.add_argument("--interactive", action="store_true", help="go on with a conversation in the program's session")


def _eval(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("expression", metavar="EXPR", help="an expression, such as 'sort(tokens, tokens)'")
    parser.add_argument(
        "-l", "--load", action="append", default=[], metavar="FILE", help=f"a program to run before: {PROGRAM}"
    )
    _inputs_and_output(parser)


def _generate(parser: argparse.ArgumentParser) -> None:
    _program(parser)
    parser.add_argument(
        "-s", "--sop", required=True, metavar="NAME", help="the s-op whose last element is the next token"
    )
    parser.add_argument(
        "-i",
        "--input",
        action="append",
        default=[],
        metavar="PROMPT",
        help="an input to start from (--input=TEXT where it starts with -)",
    )
    _many_inputs(parser)
    parser.add_argument("--until", default="", metavar="TEXT", help="the token that ends the output (default: empty)")
    parser.add_argument(
        "--max-steps", type=whole_number, default=200, metavar="N", help="at most so many tokens (default: 200)"
    )
    add_input_form(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def _trace(parser: argparse.ArgumentParser) -> None:
    _program(parser)
    parser.add_argument("-s", "--sop", action="append", default=[], metavar="NAME", help="an s-op or selector")
    _inputs_and_output(parser)


def _completion(parser: argparse.ArgumentParser) -> None:
    add_choice(parser, "shell", ["bash", "zsh", "fish"], "the shell, one of bash, zsh and fish", metavar="SHELL")


def _exercises(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        nargs="?",
        type=usage.one_of("list", "show", "check"),
        choices=["list", "show", "check"],
        default="list",
        help="list the exercises (default), show the task of one, or check answers",
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME or FILE",
        help="an exercise to show, or programs to check; each is for the exercise of its name",
    )
    parser.add_argument("--exercise", metavar="NAME", help="the exercise that the program is for")
    parser.add_argument("--folder", metavar="FOLDER", help="a folder of exercises of your own, in place of the ten")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, for autograders")


def _check(parser: argparse.ArgumentParser) -> None:
    _test(parser)
    form = parser.add_mutually_exclusive_group()
    add_choice(
        form,
        "--format",
        ["text", "json", "github"],
        "of the findings: file:line:column (default), JSON, or annotations of GitHub Actions",
        default="text",
        metavar="FORM",
    )
    form.add_argument(
        "--json", dest="format", action="store_const", const="json", help="one JSON object a finding, a line each"
    )
    parser.add_argument("--fix", action="store_true", help="write the brackets of what each expression means (W101)")


def _test(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help=PROGRAM)


def _fmt(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a .rasp file, a folder of them, or - for standard input to output"
    )
    parser.add_argument("--check", action="store_true", help="write nothing; name what would change, and exit with 1")
    parser.add_argument(
        "--diff", action="store_true", help="write nothing; show what would change; exits with 0, or as --check"
    )


def _arch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        metavar="FILE",
        help=f"{PROGRAM}, or `stdlib` for the whole library",
    )
    parser.add_argument("-s", "--sop", action="append", default=[], metavar="NAME", help="an s-op or selector")
    parser.add_argument("--together", action="store_true", help="one transformer that gives all of them")
    add_assume_bos(parser)
    parser.add_argument("--sublayers", action="store_true", help="the shortest order of attention and feed-forward")
    parser.add_argument("--fits", metavar="ORDER", help="whether an order of sublayers is enough, such as aaffaf")
    _mask(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def _draw(parser: argparse.ArgumentParser) -> None:
    from rasp.draw.formats import files_in_words  # imported late: only this command needs it

    _program(parser)
    parser.add_argument("-s", "--sop", action="append", default=[], metavar="NAME", help="an s-op or selector")
    parser.add_argument("-i", "--input", metavar="INPUT", help="the input (default: the program's example)")
    add_input_form(parser)
    parser.add_argument("-o", "--output", metavar="PATH", help=files_in_words())
    _picture(parser)
    parser.add_argument("--as-built", action="store_true", help="draw a selector_width as the heads that are counted")
    parser.add_argument("--unfold", action="store_true", help="show elementwise values without a name, too")
    parser.add_argument("--max-n", type=positive_int, default=None, metavar="N", help="draw inputs of up to N elements")
    add_assume_bos(parser)


def _picture(parser: OptionGroup) -> None:
    """The options of pictures in files."""
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--width", type=picture_size, metavar="PIXELS", help="how wide the picture is")
    size.add_argument(
        "--scale",
        type=picture_size,
        metavar="FACTOR",
        help="by how much it is larger than usual, as in 1.5",
    )
    parser.add_argument("--embed", action="store_true", help="make an .html file a fragment for a page or slide")


def _mask(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("restricted attention")
    group.add_argument(
        "--mask", metavar="MASK", help="run under causal, local:W, strided:S or window+global:W,G, and compare"
    )
    group.add_argument("-i", "--input", action="append", default=[], metavar="INPUT", help="an input to compare on")
    add_input_form(parser)
    group.add_argument("--alphabet", metavar="TOKENS", help="of random inputs (default: abc)")
    group.add_argument("--length", type=positive_int, metavar="N", help="of random inputs (default: 10)")
    group.add_argument("--samples", type=positive_int, metavar="N", help="how many random inputs (default: 100)")
    group.add_argument("--seed", type=whole_number, metavar="N", help="for other random inputs (default: 0)")


def _compile(parser: argparse.ArgumentParser) -> None:
    _program(parser)
    parser.add_argument(
        "-s", "--sop", action="append", default=[], metavar="NAME", help="an s-op, an output of the model"
    )
    _vocabulary(parser)
    _min_length(parser, "of the shortest input that the model takes (default: 1)")
    parser.add_argument("--causal", action="store_true", help="a model with masked attention")
    parser.add_argument("-o", "--output", metavar="PATH", help="write the model into a .safetensors file")
    _exports(parser)
    add_choice(parser, "--dtype", ["float64", "float32"], "its numbers", default="float64")
    add_choice(
        parser,
        "--undefined",
        ["error", "skip"],
        default="error",
        words="of inputs on which the program fails: refuse it (default), or leave them out",
    )
    parser.add_argument(
        "--random",
        type=whole_number,
        default=1000,
        metavar="COUNT",
        help="compare on so many random inputs of each length that has too many for all (default: 1000); "
        "fewer take less time",
    )
    parser.add_argument("--explain", action="store_true", help="tell what is in the model")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def _exports(parser: argparse.ArgumentParser) -> None:
    from rasp.cli.exports import add_options  # imported late: only this command needs it

    add_options(parser)


def _vocabulary(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--vocab", required=True, metavar="TOKENS", help="the tokens of inputs, one a character")
    parser.add_argument("--max-length", required=True, type=positive_int, metavar="N", help="of the longest input")
    add_input_form(parser)


def _min_length(parser: argparse.ArgumentParser, words: str, default: int | None = 1) -> None:
    parser.add_argument("--min-length", type=positive_int, default=default, metavar="N", help=words)


def _model(parser: argparse.ArgumentParser) -> None:
    words = "run it on inputs, show what is in it, draw a run of it, or export it to other libraries"
    add_choice(parser, "action", ["run", "show", "draw", "export"], words)
    parser.add_argument("model", metavar="MODEL", help="a file that `rasp compile` or `rasp train` wrote")
    parser.add_argument(
        "-o", "--output", metavar="PATH", help="of `draw`: the file of the drawing, such as .svg or .html"
    )
    _picture(parser)
    _exports(parser)
    _many_inputs(parser)
    _inputs_and_output(parser)


def _verify(parser: argparse.ArgumentParser) -> None:
    _program(parser)
    parser.add_argument("model", metavar="MODEL", help="a file that `rasp compile` or `rasp train` wrote")
    parser.add_argument(
        "-s", "--sop", action="append", default=[], metavar="NAME", help="an s-op, an output of the model"
    )
    parser.add_argument("--exhaustive-to", type=whole_number, metavar="N", help="try all inputs of up to N tokens")
    parser.add_argument(
        "--random",
        type=whole_number,
        metavar="COUNT",
        help="and so many of each greater length (1000); fewer take less time",
    )
    parser.add_argument(
        "--seed", type=whole_number, default=0, metavar="N", help="for other random inputs (default: 0)"
    )
    _min_length(parser, "of the shortest input that is tried (default: what the model takes)", None)
    parser.add_argument("--json", action="store_true", help="one JSON object")


def _equal(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("programs", nargs=2, metavar="FILE:NAME", help=f"an s-op or selector of {PROGRAM}")
    _vocabulary(parser)
    _min_length(parser, "of the shortest input that is tried (default: 1)")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def _stdlib(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="a program of the library, to print its source")


def _explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", nargs="?", metavar="CODE", help="a code such as R101; without one, all are listed")


def _repl(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE", help="a program to run before, in the same session")


def _lsp(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stdio", action="store_true", help="the only way there is, which some editors name")


def _help(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("topic", nargs="?", metavar="COMMAND", help="a command; without one, all are listed")
    parser.add_argument("action", nargs="?", metavar="ACTION", help="an action of it, as `run` is of `rasp model`")


COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "run": ("run a program, on the example or on inputs", _run),
    "eval": ("show the value of an expression", _eval),
    "generate": ("append an s-op's last element to the input, again and again", _generate),
    "trace": ("show every step from the tokens to a result, with its layer and values", _trace),
    "arch": ("tell how many layers and heads a program needs, and why", _arch),
    "draw": ("draw the flow of a computation: layers, heads and values", _draw),
    "compile": ("make a program the weights of a transformer, and prove that both are equal", _compile),
    "model": ("run a model, show what is in it, draw a run of it, or export it", _model),
    "verify": ("compare a compiled model with its program", _verify),
    "equal": ("compare two programs on all inputs of up to a length", _equal),
    "check": ("parse programs, look up their names, and print warnings, one line a finding", _check),
    "fmt": ("write programs in the one layout that they all have", _fmt),
    "test": ("run the example lines in a program's comments", _test),
    "learn": ("find the program behind examples", add_learn),
    "tag": ("apply a learned program to text", add_tag),
    "train": ("train transformers on a program's answers, of the counted size and of less", add_train),
    "exercises": ("list exercises, show one, and check answers by hidden tests", _exercises),
    "stdlib": ("list the library's programs, or print one", _stdlib),
    "repl": ("open the REPL, as `rasp` alone does on a terminal", _repl),
    "lsp": ("answer an editor: the language server, on standard input and output", _lsp),
    "explain": ("tell what an error or warning code means", _explain),
    "completion": ("print the script that completes `rasp` in a shell", _completion),
    "help": ("list the commands, or tell the options of one", _help),
}
