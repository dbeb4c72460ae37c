"""Compiles s-ops to a model and proves it: the body of `SOp.compile`, `rasp compile`, `rasp verify` and `rasp equal`.

Checks go from cheap to costly, so that a refusal comes early: the options, estimates of the work, the program on a few
random inputs, the compiler, the program on all inputs of the proof, and at last the model on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Listing
from functools import partial
from typing import Any

from rasp.architecture.plan import first_writings
from rasp.architecture.report import Architecture
from rasp.base.limits import limits
from rasp.base.numerals import show_int
from rasp.compile.agreement import Agreement, agreement
from rasp.compile.budget import Budget
from rasp.compile.compiler import CompiledNetwork, compile_plan
from rasp.compile.equal import Counterexample, counterexample
from rasp.compile.error_analysis import BoundedNetwork, in_float32, indistinct_in_float32
from rasp.compile.inputs import DRAWN, DrawInput, Trial, trial
from rasp.compile.proof import Decode, Failure, Mismatch, Proof, first_failure, first_look_ahead, prove
from rasp.compile.value_tables import check_sites
from rasp.engine.inputs import validate_input
from rasp.engine.values import Column
from rasp.errors import (
    BadInput,
    CannotCompile,
    CollectionTooLarge,
    EmptyInput,
    LooksAhead,
    NotAnSOp,
    ProgramFails,
    RaspError,
    UnknownName,
    WrongOperand,
)
from rasp.graph.atoms import show_atom
from rasp.graph.nodes import Atom, Node, is_selector
from rasp.model.network import Network
from rasp.present.evaluation import architecture_of, nodes_of
from rasp.present.names import Names, explain_failure, show_input
from rasp.present.text import matrix_text, sequence_text
from rasp.session.compile_report import DTYPES, LEAST_MARGIN, CompileReport
from rasp.session.transformer import Transformer

EACH = 20  # estimated steps of a proof for each position, besides those of heads and operations
FEWER = "Shorter inputs make it less, and fewer random ones (--random COUNT or drawn=COUNT)."
PRODUCTS = 8_000  # parameters for each step of a proof; the number is large because most weights are zero
GLANCE = 10  # random inputs of each length for the first, quick trial of a program


def model_of(
    operators: Listing[Any],
    names: Names,
    vocab: Any,
    max_length: int,
    *,
    causal: bool = False,
    dtype: str = "float64",
    undefined: str = "error",
    drawn: int = DRAWN,
    draw: DrawInput | None = None,
    called: Listing[str] = (),
    min_length: int = 1,
) -> Transformer:
    """Compiles s-ops to a model, and compares it with them on all short inputs and on random long ones.

    `undefined`: "error" refuses s-ops that fail on one of these inputs, "skip" leaves such inputs out. `drawn` is the
    number of random inputs of each greater length; `draw` makes one, for s-ops on which random tokens make no sense.
    The model refuses inputs shorter than `min_length`. `called` are the names of the outputs.
    Raises CannotCompile, TooManyValues, LooksAhead, ProgramFails, NotAnSOp, BadInput, WrongOperand.
    """
    _check_options(max_length, dtype, undefined, causal)
    _check_drawn(drawn)
    vocabulary = model_vocabulary(vocab)
    report = architecture_of(nodes_of(operators), names, assume_bos=True)
    outputs = _outputs(report, called)
    few = trial(vocabulary, max_length, 1, GLANCE, draw=draw, shortest=min_length)  # most failures show here
    tried = trial(vocabulary, max_length, drawn=drawn, draw=draw, shortest=min_length)
    _check_size(report, tried, names)
    refuse = partial(_refuse, report, list(outputs.values()), undefined == "error", causal, names)
    refuse(few)
    made = _compile(report, list(outputs), vocabulary, max_length, causal, names)
    refuse(tried)
    network, decode = _in_dtype(made, dtype, min_length)
    _check_proof(report, tried, network.n_parameters, names)
    proof = prove(network, outputs, tried, decode)
    if proof.difference is not None:
        raise _differs(proof.difference, dtype)
    _refuse_unchecked(proof.checked, proof.failed, proof.failure)
    return Transformer(network, proof, _report(network, outputs, made, proof, report))


def _in_dtype(made: CompiledNetwork, dtype: str, min_length: int) -> tuple[Network, Decode | None]:
    """The network with numbers of a type; for float32 with a forward pass that bounds rounding errors."""
    network = made.network.with_min_length(min_length)
    if dtype != "float32":
        return network, None
    network = in_float32(network)
    _check_margin(made.margin(dtype))
    return network, BoundedNetwork(network).decode


def _refuse(
    report: Architecture, outputs: Listing[Node], failing: bool, causal: bool, names: Names, inputs: Trial
) -> None:
    """Raises the error of an input that fails, if `failing`; of a selector that looks ahead, if `causal`."""
    if failing:
        _refuse_failing(outputs, inputs, names)
    if causal:
        _refuse_looking_ahead(report, inputs, names)


def model_vocabulary(given: Any) -> tuple[Atom, ...]:
    """The tokens of a model: the characters of a string, or atoms. Raises BadInput for a duplicate.

    >>> model_vocabulary("ab"), model_vocabulary([1, "a", True])
    (('a', 'b'), (1, 'a', True))
    """
    tokens = _tokens(given)
    seen: set[tuple[type, Atom]] = set()
    for position, token in enumerate(tokens):
        if (type(token), token) in seen:
            error = BadInput(f"the vocabulary has the token {show_atom(token)} twice")
            error.position = position
            raise error
        seen.add((type(token), token))
    return tokens


def _tokens(given: Any) -> tuple[Atom, ...]:
    """The elements of a vocabulary. Raises EmptyInput, BadInput."""
    try:
        return validate_input(given)
    except EmptyInput:
        raise EmptyInput("the vocabulary is empty") from None
    except BadInput as error:
        hint = "It is a string of characters, or a list of ints, floats, strings and bools."
        raise BadInput(f"no vocabulary: {error.diagnostic.title}", hint=hint) from None


def _check_length(longest: int) -> None:
    if isinstance(longest, bool) or not isinstance(longest, int) or longest < 1:
        raise WrongOperand(f"the longest input must be an int from 1 on, not {longest!r:.40}")


def _check_options(max_length: int, dtype: str, undefined: str, causal: bool) -> None:
    _check_length(max_length)
    if dtype not in DTYPES:
        raise WrongOperand(f"the numbers of a model are {' or '.join(DTYPES)}, not {dtype!r:.40}")
    if undefined not in ("error", "skip"):
        raise WrongOperand(f"`undefined` is error or skip, not {undefined!r:.40}")
    if not isinstance(causal, bool):
        raise WrongOperand(f"`causal` is True or False, not {causal!r:.40}")


def _check_drawn(drawn: int) -> None:
    if isinstance(drawn, bool) or not isinstance(drawn, int) or drawn < 0:
        raise WrongOperand(f"the number of random inputs must be an int from 0 on, not {drawn!r:.40}")


def _outputs(report: Architecture, called: Listing[str]) -> dict[str, Node]:
    """The nodes by the names of their outputs; a repeated name gets a number."""
    found: dict[str, Node] = {}
    for name, node in zip(called or report.names, report.plan.outputs, strict=True):
        _refuse_selector(name, node)
        found[_unused_name(name, found)] = node
    return found


def _unused_name(name: str, used: dict[str, Node]) -> str:
    names = (name, *(f"{name} ({number})" for number in range(2, len(used) + 2)))
    return next(other for other in names if other not in used)


def _refuse_selector(name: str, node: Node) -> None:
    """Raises NotAnSOp for a selector: the outputs of a model are s-ops."""
    if is_selector(node):
        raise NotAnSOp(f"`{name}` is a selector; only s-ops become models", hint="An s-op that uses it does.")


def _check_size(report: Architecture, tried: Trial, names: Names) -> None:
    """Refuses too many combinations of token and index, and a proof that takes too long, before anything runs."""
    output, heads = report.plan.outputs[0], sum(report.heads_per_layer)
    try:
        check_sites(len(tried.vocabulary), tried.longest, output)
        each = EACH + 10 * heads + len(report.plan.form_of) // 10
        positions, pairs = tried.position_count(), tried.position_count(2)
        steps = positions * each + heads * pairs // 10
        Budget().take(positions, "positions of inputs that are tried", output, steps=steps, hint=FEWER)
    except RaspError as error:
        raise _explain(error, names) from None


def _check_proof(report: Architecture, tried: Trial, parameters: int, names: Names) -> None:
    """Refuses a proof that takes too long because the model is large."""
    positions = tried.position_count()
    steps = positions * parameters // PRODUCTS
    what = f"positions of inputs in a model of {parameters:,} parameters"
    try:
        Budget().take(positions, what, report.plan.outputs[0], steps=steps, hint=FEWER)
    except RaspError as error:
        raise _explain(error, names) from None


def _compile(
    report: Architecture, names: list[str], vocabulary: tuple[Atom, ...], longest: int, causal: bool, known: Names
) -> CompiledNetwork:
    try:
        return compile_plan(report.plan, names, vocabulary, longest, causal, report.words.short, report.words.formula)
    except RaspError as error:
        if isinstance(error.node, Node):  # of the normal form, which orders operands
            error.node = first_writings(report.plan.outputs, report.plan.form_of).get(error.node, error.node)
        raise _explain(error, known) from None


def _explain(error: RaspError, names: Names) -> RaspError:
    """The error with the name of its s-op, at the place where that s-op is written."""
    explained = explain_failure(error, names, ())
    if explained.diagnostic.notes:
        explained.at(explained.diagnostic.notes.pop().span)
    return explained


# ---------------------------------------------------------------------------------------------------------- refusals


def _refuse_failing(nodes: Listing[Node], tried: Trial, names: Names) -> None:
    failure = first_failure(nodes, tried)
    if failure is None:
        return
    failure.error.row = None
    explained = _explain(failure.error, names)
    leave_out = 'A smaller vocabulary may avoid it; `undefined="skip"` (--undefined skip) leaves such inputs out.'
    raise ProgramFails(
        f"the program fails on the input {show_input(failure.given)}: {explained.diagnostic.title}",
        span=explained.span,
        hint=f"{explained.diagnostic.hint} {leave_out}".lstrip(),
        details=explained.diagnostic.details,
    )


def _refuse_unchecked(checked: int, failed: int, failure: Failure | None) -> None:
    """Raises ProgramFails if the program fails on all inputs that were tried: then nothing was compared."""
    if not checked and failure is not None:
        title = failure.error.diagnostic.title
        raise ProgramFails(
            f"the program fails on all {failed:,} inputs that were tried, "
            f"on {show_input(failure.given)} as well: {title}"
        )


def _refuse_looking_ahead(report: Architecture, tried: Trial, names: Names) -> None:
    selectors = list(dict.fromkeys(head.selector for layer in report.plan.layers for head in layer.heads))
    look = first_look_ahead(selectors, tried)
    if look is not None:
        error = LooksAhead(
            f"on the input {show_input(look.given)} position {look.query} selects position {look.key}",
            hint="A causal model sees no position behind its own; `and select(indices, indices, <=)` leaves them out.",
        )
        error.node = look.selector
        raise _explain(error, names)


def _check_margin(margin: float) -> None:
    if margin < LEAST_MARGIN:
        raise indistinct_in_float32(margin)


def _differs(found: Mismatch, dtype: str) -> CannotCompile:
    hint = (
        "float64 has finer numbers."
        if dtype == "float32"
        else "Either the program tells apart numbers that differ in their last digits, or the compiler has a fault."
    )
    return CannotCompile(f"the model differs from the program {difference_text(found)}", hint=hint)


def difference_text(found: Mismatch, sop: str = "") -> str:
    """A difference in words; `sop` is the program's name for the output, if it is another than the model's.

    >>> difference_text(Mismatch(("a", "b"), "hist", 1, 2, 1))
    'on the input "ab": at position 1 `hist` is 2, the model says 1'
    """
    sop = sop or found.output
    model = "the model says" if sop == found.output else f"the model's `{found.output}` is"
    return (
        f"on the input {show_input(found.given)}: at position {found.position} `{sop}` is "
        f"{show_atom(found.expected)}, {model} {show_atom(found.found)}"
    )


# ---------------------------------------------------------------------------------------------------------- report


def _report(
    network: Network, outputs: Mapping[str, Node], made: CompiledNetwork, proof: Proof, report: Architecture
) -> CompileReport:
    margins = {dtype: made.margin(dtype) for dtype in DTYPES}
    return CompileReport(network, outputs, proof, margins, list(_notes(made, report)))


def _notes(made: CompiledNetwork, report: Architecture) -> Iterator[str]:
    """A line on a feed-forward sublayer besides those of the layers."""
    config = made.network.config
    if config.d_pre:
        cells = [cell for cell in made.layout.cells.values() if cell.stage == 1]
        first = first_writings(report.plan.outputs, report.plan.form_of)
        read = dict.fromkeys(report.words.short(first.get(node, node)) for cell in cells for node in cell.nodes)
        where = "before the first attention" if config.n_layers else "alone"
        yield f"a feed-forward {where}, for what needs token and index together: {', '.join(read)}"


# ---------------------------------------------------------------------------------------------------- comparisons


def verify_model(model: Transformer, sops: Mapping[str, Any], **tried: Any) -> Proof:
    """Compares the outputs of a model with the s-ops of these names, as `model_of` does, up to the first difference.

    `tried` says on which inputs, as for `_comparison`, which raises the errors. Raises ProgramFails if the program
    fails on all of them.
    """
    proof = prove(model.network, *_comparison(model, sops, **tried))
    _refuse_unchecked(proof.checked, proof.failed, proof.failure)
    return proof


def measure_agreement(model: Transformer, sops: Mapping[str, Any], **tried: Any) -> Agreement:
    """As `verify_model`, for a trained model, which may be wrong on some inputs: on how many it agrees.

    `tried` are the other arguments of `verify_model`.
    """
    found = agreement(model.network, *_comparison(model, sops, **tried))
    _refuse_unchecked(found.inputs, found.failed, found.failure)
    return found


def _comparison(
    model: Transformer,
    sops: Mapping[str, Any],
    whole: int | None = None,
    drawn: int = DRAWN,
    seed: int = 0,
    draw: DrawInput | None = None,
    shortest: int | None = None,
) -> tuple[dict[str, Node], Trial]:
    """The nodes of a model's outputs, and the inputs on which both are compared.

    With one output and one s-op, the names may differ. Tries all inputs up to the length `whole`, and `drawn` random
    ones of each greater length, from `shortest` tokens on (by default the least length of the model). Raises
    UnknownName, NotAnSOp, WrongOperand if no input would be tried or `shortest` is too short for the model, and
    CollectionTooLarge for too many inputs.
    """
    _check_drawn(drawn)
    config = model.config
    names = list(config.outputs)
    for name, sop in sops.items():
        _refuse_selector(name, sop.node)
    if len(sops) == len(names) == 1:
        sops = {names[0]: next(iter(sops.values()))}
    missing = [name for name in names if name not in sops]
    if missing:
        raise UnknownName(f"the model has an output `{missing[0]}`, and no such s-op was given")
    if whole is not None:
        count_inputs(len(config.vocab), min(whole, config.known_length))
    shortest = config.min_length if shortest is None else shortest
    tried = trial(config.vocab, config.known_length, whole, drawn, seed, draw, shortest)
    if shortest < config.min_length:
        lengths = f"{config.min_length} to {config.known_length} tokens"
        raise WrongOperand(f"the model takes inputs of {lengths}, so none of {shortest} can be tried")
    if not tried.count:
        raise WrongOperand("no input is left to be tried", hint="Try more random ones, or all up to some length.")
    return {name: sops[name].node for name in names}, tried


def compare_operators(
    left: Any, right: Any, vocab: Any, max_length: int, min_length: int = 1
) -> tuple[Counterexample | None, int]:
    """A shortest input on which two s-ops or selectors differ, or None, and the number of all inputs.

    Tries all inputs of `min_length` to `max_length` tokens.

    Raises CollectionTooLarge for too many inputs, and WrongOperand for an s-op with a selector.

    >>> import rasp
    >>> found, _ = compare_operators(rasp.indices, rasp.indices % 2, "ab", 4)
    >>> found.given
    ('a', 'a', 'a')
    """
    if is_selector(left.node) != is_selector(right.node):
        raise WrongOperand("an s-op and a selector are never equal")
    _check_length(max_length)
    vocabulary = model_vocabulary(vocab)
    count_inputs(len(vocabulary), max_length)
    tried = trial(vocabulary, max_length, max_length, shortest=min_length)
    return counterexample(left.node, right.node, tried), tried.count


def count_inputs(tokens: int, length: int) -> int:
    """The number of inputs of up to `length` tokens. Raises CollectionTooLarge."""
    count = tokens * length if tokens == 1 else (tokens ** (min(length, 64) + 1) - tokens) // (tokens - 1)
    if count > limits.collection:
        more = "more than " if length > 64 and tokens > 1 else ""
        raise CollectionTooLarge(
            f"there are {more}{show_int(count)} inputs of up to {length} tokens: too many to try them all",
            hint=f"Shorter inputs are fewer. {limits.hint('collection')}",
        )
    return count


def outcome_text(result: Any, given: tuple[Atom, ...]) -> str:
    """The result of a program on an input, in words."""
    if isinstance(result, RaspError):
        return f"no value: {result.diagnostic.title}"
    if isinstance(result, Column):
        return sequence_text(result.values, result.kind)
    return "\n" + matrix_text(result, given)
