"""Tables of constructs from other languages, with the hint for each; the rules of error messages look them up."""

from __future__ import annotations

SIGN_OPERATORS = {  # operators of other languages: with hints
    "**": "Powers are written with `^`.",
    "//": "Division without remainder is `round((a - a % b) / b)`; a comment starts with `#`.",
    "+=": "Write the operation out: `x = x + 1;`.",
    "-=": "Write the operation out: `x = x - 1;`.",
    "*=": "Write the operation out: `x = x * 2;`.",
    "/=": "Write the operation out: `x = x / 2;`.",
    "%=": "Write the operation out: `x = x % 2;`.",
    "^=": "Write the operation out: `x = x ^ 2;`.",
    "++": "Write the operation out: `x = x + 1;`.",
    "--": "Write the operation out: `x = x - 1;`.",
    ":=": "A name gets its value with `=`, in a statement of its own.",
    "<>": "Different is written `!=`.",
    "=<": "Less or equal is written `<=`.",
    "=>": "Greater or equal is written `>=`; functions are made with `def f(x) { return x + 1; }`.",
    "===": "Equal is written `==`.",
    "!==": "Different is written `!=`.",
    "<<": "There are no shifts of bits.",
    ">>": "There are no shifts of bits.",
    "->": "There are no arrows; functions are made with `def f(x) { return x + 1; }`.",
    "..": "A list of ints is written `range(start, stop)`.",
    "|>": "A function is called as `f(x)`.",
    "&&": "Both is written `and`.",
    "||": "Either is written `or`.",
    "&": "Both is written `and`.",
    "|": "Either is written `or`.",
    "!": "The opposite is written `not`, different `!=`.",
    "~": "The opposite is written `not`.",
}
WRITE = {"**": "^", "<>": "!=", "=<": "<=", "=>": ">=", "===": "==", "!==": "!=", "&&": "and", "||": "or", "&": "and"}
WRITE |= {"|": "or", "!": "not", "~": "not", ":=": "="}

WORD_OPERATORS = {  # infix operators of other languages that are words
    "is": "Equal is written `==`, different `!=`.",
    "eq": "Equal is written `==`, different `!=`.",
    "xor": "One and not the other is written `!=`: `(a > 1) != (b > 1)`.",
    "mod": "The remainder is written `a % b`.",
    "div": "Division without remainder is `round((a - a % b) / b)`.",
    "AND": "Both is written `and`.",
    "OR": "Either is written `or`.",
    "IN": "Membership is written `x in list`.",
    "then": "A choice is written `a if condition else b`.",
    "where": "A choice is written `a if condition else b`.",
    "unless": "A choice is written `a if condition else b`.",
    "as": "A name gets its value with `x = 1;`.",
}

STRING_PREFIXES = frozenset(("f", "F", "r", "R", "b", "B", "u", "U", "fr", "rf", "br", "rb"))

CHOICE = "A choice is an expression: `x = a if condition else b;`."
LOOP = "A loop runs over a list: `for x in range(10) { … }`."
LOAD = 'Other programs are loaded with `load "name";`.'
SHOW = "The value of every expression is shown: write the expression alone, `x;`."
FUNCTION = "Functions are made with `def f(x) { return x + 1; }`."
ASSIGN = "A name gets its value with `x = 1;`."
NO_EXCEPTIONS = "There are no exceptions to raise or to catch."
WHOLE_LOOP = "A loop always runs to its end."
NO_CLASSES = "There are no classes; functions and dicts organise a program."

STATEMENTS = {  # words that begin statements of other languages, with hints
    **dict.fromkeys(("if", "else", "elif", "elsif", "switch", "match", "case", "when", "unless"), CHOICE),
    **dict.fromkeys(("while", "do", "repeat", "until", "loop", "foreach"), LOOP),
    **dict.fromkeys(("import", "from", "include", "require", "use", "using"), LOAD),
    **dict.fromkeys(("print", "echo", "puts", "printf", "println"), SHOW),
    **dict.fromkeys(("lambda", "function", "fn", "func", "fun", "proc", "define", "async"), FUNCTION),
    **dict.fromkeys(("class", "struct", "interface", "enum"), NO_CLASSES),
    **dict.fromkeys(("let", "var", "val", "const", "auto", "static", "void"), ASSIGN),
    **dict.fromkeys(("int", "float", "double", "bool", "str", "string", "char", "list", "dict"), ASSIGN),
    **dict.fromkeys(("try", "catch", "except", "finally", "raise", "throw"), NO_EXCEPTIONS),
    **dict.fromkeys(("break", "continue", "goto"), WHOLE_LOOP),
    **dict.fromkeys(("global", "nonlocal"), "A name gets its value where it is assigned; functions see those around."),
    "del": "Names stay; they can be assigned anew.",
    "assert": "There are no assertions; an expression statement shows its value.",
    "with": "There are no contexts.",
    "pass": "An empty loop body needs no statement.",
    "yield": "A function ends with one `return`; it may return several values: `return a, b;`.",
}

NO_VALUE = 'There is no such value; where nothing fits, use an atom of the same kind, such as 0, "" or False.'
FINITE = "There is none: every number is finite."
LOGARITHM = "There is no logarithm; a list can hold those that are needed: `[0.0, 0.693, 1.099][x]`."
MODULES = 'There are no modules; `load "name";` runs another program and takes over its names.'
COMPREHEND = "For a list write `[f(x) for x in list]`; an s-op's operations work at every position at once."
CHARACTERS = 'Look characters up in a dict: `{"a": 0, "b": 1}[tokens]`.'

BOS = (
    "Write `selector_width(s)` alone, and count its heads with --assume-bos. For inputs that begin with the token `§` "
    "the library has `hist_bos`, `sorted_bos` and the like."
)

NAMES = {  # names of values and functions of other languages, with hints for programs without such a name
    "assume_bos": BOS,
    **dict.fromkeys(("null", "None", "nil", "NULL", "undefined", "none"), NO_VALUE),
    **dict.fromkeys(("nan", "NaN", "inf", "Infinity", "infinity"), FINITE),
    **dict.fromkeys(("TRUE", "T", "yes"), "It is written `True`."),
    **dict.fromkeys(("FALSE", "F", "no"), "It is written `False`."),
    **dict.fromkeys(("np", "numpy", "torch", "math"), MODULES),
    "int": "Nothing converts strings: `tokens_int` is the input as ints. `round(x)` makes an int of a float.",
    "float": "Nothing converts strings: `tokens_float` is the input as floats. `x * 1.0` makes a float of an int.",
    **dict.fromkeys(
        ("str", "string", "repr", "chr"),
        'Nothing converts numbers: `tokens_str` is the input as strings. A list can: `["0", "1", "2"][x]`.',
    ),
    "bool": "A comparison gives a bool: `x != 0`. `tokens_bool` is the input as bools.",
    "list": "A list is written `[1, 2]`; `range(3)` and comprehensions make longer ones.",
    "dict": 'A dict is written `{"a": 1, "b": 2}`.',
    "abs": "Write `max(x, -x)`.",
    "sum": "The sum over the input is `length * average(x)`; add up a list in a loop.",
    **dict.fromkeys(
        ("mean", "avg"), "`average(x)` is the mean over the input, `aggregate(selector, x)` over what is selected."
    ),
    "sqrt": "Write `x ^ 0.5`.",
    "pow": "Powers are written `x ^ y`.",
    "mod": "The remainder is written `a % b`.",
    "exp": "Write `2.718281828459045 ^ x`.",
    **dict.fromkeys(("log", "ln", "log2", "log10"), LOGARITHM),
    **dict.fromkeys(("floor", "trunc"), "Write `round(x - x % 1)`."),
    "ceil": "Write `round(x + (-x) % 1)`.",
    "pi": "Write the number: `3.141592653589793`.",
    **dict.fromkeys(("argmax", "argmin", "top"), "`best(selector, scores)` selects the keys with the highest scores."),
    **dict.fromkeys(("nearest", "closest"), "`best(selector, near)` selects the key nearest to the query."),
    **dict.fromkeys(("where", "cond", "iff"), "A choice is written `a if condition else b`."),
    "any": "Write `aggregate(full_s, indicator(x)) > 0`.",
    "all": "Write `aggregate(full_s, indicator(x)) == 1`.",
    **dict.fromkeys(("map", "filter", "reduce"), COMPREHEND),
    "enumerate": "Write `zip(range(len(list)), list)`; `indices` are the positions of the input.",
    **dict.fromkeys(("type", "isinstance", "typeof"), "A program cannot ask for kinds."),
    **dict.fromkeys(("ord", "upper", "lower"), CHARACTERS),
    "input": "The input is `tokens`.",
    "load": 'It is a statement: `load "name";`.',
    "import": LOAD,
    "println": SHOW,
    "size": "`length` is the length of the input, `len(list)` that of a list.",
    "pass": STATEMENTS["pass"],
    **dict.fromkeys(("break", "continue"), WHOLE_LOOP),
    **dict.fromkeys(("print", "echo", "puts", "printf"), SHOW),
}

METHODS = {  # methods and attributes of other languages
    **dict.fromkeys(
        ("length", "len", "size", "shape"), "`length` is the length of the input, `len(list)` that of a list."
    ),
    **dict.fromkeys(
        ("append", "push", "extend", "add", "insert"), "Lists never change: `l = l + [x];` makes a longer one."
    ),
    **dict.fromkeys(("keys", "items", "values"), "A loop over a dict takes its keys: `for k in dict { … }`."),
    **dict.fromkeys(("get", "index"), "An entry of a list or dict is written `x[i]`."),
    **dict.fromkeys(("sum", "mean"), "`average(x)` is the mean over the input, and `length` times it the sum."),
    **dict.fromkeys(("upper", "lower"), CHARACTERS),
    "count": "Write `count(x, value)`.",
    "sort": "Write `sort(x, x)`: the elements, and by what they are sorted.",
}

CHARACTERS_OF = {  # characters with a meaning in other languages but none in RASP, with hints
    "?": "A choice is written `a if condition else b`.",
    "@": "There are no decorators and no products of matrices; `aggregate(selector, x)` takes means.",
    "$": "Names have no sign in front.",
    "→": "There are no arrows; functions are made with `def f(x) { return x + 1; }`.",
    "\\": "Strings have no escapes, and a statement may go on over lines without a sign.",
    "∞": FINITE,
    "√": "Write `x ^ 0.5`.",
    "π": NAMES["pi"],
    "²": "Powers are written with `^`: `x ^ 2`.",
    "³": "Powers are written with `^`: `x ^ 3`.",
    "…": "Nothing can be left out.",
}

LOOKALIKES = {  # characters from word processors, with those of RASP that they stand for
    **dict.fromkeys("“”„«»″‟", '"'),
    **dict.fromkeys("‘’‚′`´", '"'),
    **dict.fromkeys("–—−", "-"),
    "×": "*",
    "÷": "/",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "¬": "not",
    "∧": "and",
    "∨": "or",
    "∈": "in",
    "，": ",",
    "（": "(",
    "）": ")",
    "：": ":",
    "＝": "=",
    "←": "=",
    "∗": "*",
    "✕": "*",
    "✖": "*",
    "⋅": "*",
    "·": "*",
    "⁄": "/",
    "∕": "/",
    "；": ";",
    "［": "[",
    "］": "]",
    "｛": "{",
    "｝": "}",
    "＜": "<",
    "＞": ">",
    "＋": "+",
}
