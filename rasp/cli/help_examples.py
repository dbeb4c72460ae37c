"""The examples at the end of each `--help`: a command line, and what it does.

The rows are those of `rasp` itself (under an empty name), of its commands, and of the actions of commands.
"""

from __future__ import annotations

EXAMPLES: dict[str, tuple[tuple[str, str], ...]] = {
    "": (
        ("rasp", "open the REPL, where `:help tutorial` teaches RASP"),
        ("rasp run sort -s sorted -i hello", "run a library program on an input"),
        ("rasp arch sort -s sorted", "how many layers and heads it needs"),
    ),
    "run": (
        ("rasp run sort -s sorted -i hello", "a library program on an input"),
        ("rasp run hist.rasp -s hist -s same -i hello -i abba", "two names on two inputs"),
        ("rasp run hist.rasp -s hist --inputs words.txt --json", "an input a line of a file"),
    ),
    "eval": (
        ("rasp eval 'indices + 1' -i hello", "an expression on an input"),
        ("rasp eval 'hist == 1' -l hist.rasp -i hello", "with the names of a program"),
    ),
    "generate": (
        ("rasp generate induction -s induction -i abcab --max-steps 5", "five tokens more"),
        ("rasp generate next.rasp -s next -i a --until .", "until the token ."),
    ),
    "trace": (
        ("rasp trace sort -s sorted -i hello", "every step from the tokens to the result"),
        ("rasp trace hist.rasp -s hist -i '[1, 2, 1]' --list --json", "a JSON object a step"),
    ),
    "arch": (
        ("rasp arch sort -s sorted", "layers and heads, without BOS"),
        ("rasp arch hist.rasp -s hist --assume-bos", "with BOS, as models are built"),
        ("rasp arch stdlib", "a table of the library, with both"),
    ),
    "draw": (
        ("rasp draw sort -s sorted -i hello", "as text"),
        ("rasp draw sort -s sorted -i hello -o sorted.html", "as an interactive page"),
    ),
    "compile": (
        ("rasp compile histogram -s hist --vocab abcd --max-length 6", "the model and its proof"),
        ("rasp compile hist.rasp -s hist --vocab ab --max-length 8 -o hist.safetensors", "and write it"),
    ),
    "model": (
        ("rasp model run hist.safetensors -i abba", "what it gives on an input"),
        ("rasp model draw hist.safetensors -i abba -o hist.html", "a run of it, as an interactive page"),
        ("rasp model export hist.safetensors --onnx hist.onnx", "for another library"),
    ),
    "model run": (
        ("rasp model run hist.safetensors -i abba -i cab", "what it gives on two inputs"),
        ("rasp model run hist.safetensors --inputs words.txt --json", "an input a line of a file"),
    ),
    "model show": (
        ("rasp model show hist.safetensors", "its layers, sizes and subspaces"),
        ("rasp model show hist.safetensors --json", "the same as data"),
    ),
    "model draw": (
        ("rasp model draw hist.safetensors -i abba", "as text"),
        ("rasp model draw hist.safetensors -i abba -o hist.html", "as an interactive page"),
    ),
    "model export": (
        ("rasp model export hist.safetensors --onnx hist.onnx", "for ONNX Runtime and other libraries"),
        ("rasp model export trained/1-2-seed-0.safetensors --onnx best.onnx", "a trained model"),
    ),
    "verify": (
        ("rasp verify hist.rasp hist.safetensors", "on the inputs of the proof"),
        ("rasp verify hist.rasp hist.safetensors --exhaustive-to 5 --random 100", "on others"),
    ),
    "equal": (
        ("rasp equal sort:sorted mine.rasp:sorted --vocab abc --max-length 6", "on all these inputs"),
        ("rasp equal a.rasp:x b.rasp:x --vocab '[1, 2]' --list --max-length 5", "inputs of ints"),
    ),
    "check": (
        ("rasp check hist.rasp sort.rasp", "errors and warnings, one a line"),
        ("rasp check hist.rasp --json", "one JSON object a line, for tools"),
        ("rasp check *.rasp --format github", "annotations of GitHub Actions"),
    ),
    "fmt": (
        ("rasp fmt hist.rasp", "lay a program out"),
        ("rasp fmt --check .", "whether all programs of a folder are laid out"),
    ),
    "test": (
        ("rasp test hist.rasp", "run the `# >>>` examples in its comments"),
        ("rasp test *.rasp", "those of all programs here"),
    ),
    "learn": (
        ("rasp learn pairs.jsonl -o learned.rasp", "the program behind examples"),
        ("rasp learn --teacher sort:sorted --vocab abc --max-length 6", "behind another program's answers"),
        ("rasp learn train.conll --words -o ner.rasp", "a tagger, from a word and its label a line"),
    ),
    "tag": (
        ("rasp tag ner.rasp article.txt", "a word and its label a line"),
        ("rasp tag topic.rasp - --json", "one JSON object a line of standard input"),
    ),
    "train": (
        ("rasp train reverse -s reverse --vocab abc --max-length 6 -o trained", "at the counted size"),
        ("rasp train reverse -s reverse --vocab abc --max-length 6 --tight", "also with less"),
        ("rasp train --pairs pairs.jsonl --layers 2 --heads 1", "on examples"),
    ),
    "exercises": (
        ("rasp exercises", "list them"),
        ("rasp exercises show rotate", "the task of one"),
        ("rasp exercises check rotate.rasp", "check an answer by hidden tests"),
    ),
    "exercises list": (
        ("rasp exercises list", "the ten, by level"),
        ("rasp exercises list --folder mine --json", "those of a folder, one JSON object a line"),
    ),
    "exercises show": (
        ("rasp exercises show rotate", "the task of one"),
        ("rasp exercises show last_first --folder mine", "of one of your own"),
    ),
    "exercises check": (
        ("rasp exercises check rotate.rasp", "the answer to the exercise of its name"),
        ("rasp exercises check answer.rasp --exercise rotate", "in a file of another name"),
        ("rasp exercises check *.rasp --json", "one JSON object a file, for autograders"),
    ),
    "stdlib": (("rasp stdlib", "list the library's programs"), ("rasp stdlib sort", "print one")),
    "repl": (("rasp repl", "an empty session"), ("rasp repl hist.rasp", "with the names of a program")),
    "lsp": (("rasp lsp", "as an editor starts it"), ("rasp lsp --stdio", "the same, as some editors say it")),
    "explain": (("rasp explain R201", "what a code means"), ("rasp explain", "list all codes")),
    "completion": (
        ('eval "$(rasp completion bash)"', "in ~/.bashrc"),
        ('eval "$(rasp completion zsh)"', "in ~/.zshrc, after compinit"),
        ("rasp completion fish | source", "in ~/.config/fish/config.fish"),
    ),
    "help": (("rasp help", "list the commands"), ("rasp help compile", "the options of one")),
}


def examples_text(command: str, action: str = "") -> str:
    """The examples of a command, or of an action of it, as their help shows them.

    >>> print(examples_text("help"))
    examples:
      rasp help
          list the commands
      rasp help compile
          the options of one
    """
    examples = EXAMPLES.get(f"{command} {action}", EXAMPLES[command])
    return "\n".join(["examples:", *(f"  {line}\n      {words}" for line, words in examples)])
