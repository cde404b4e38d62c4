"""Writes test/goldens/einsum.json: sums of products by an equation. Run with a Python that has TensorFlow:  python tools/goldens/einsum.py

The twin programs are in src/ops/einsum.test.ts; a program has the same name there.
"""
import random

import op_cases
from op_cases import array, inference, program, sixteenths, tf

f = "float32"


def kernel(op, inputs, equation):
    return op_cases.kernel(op, inputs, equation=equation)


def p(shape=None, dtype=f):
    return tf.placeholder(dtype, shape)


@program
def products():
    x, y = p([2, 3, 4]), p([2, 4, 5])
    return [
        tf.einsum("bij,bjk->bik", x, y),
        tf.einsum("bij, bjk -> bki", x, y, name="e"),
        tf.einsum("bij,bjk", x, y),
        tf.einsum("...ij,...jk->...ik", p(), p()),
        tf.linalg.einsum("ii", p([3, 3])),
        tf.einsum("ij->ji", p([None, 3])),
        tf.einsum("bhqd,bhkd->bhqk", p([2, 4, None, 8]), p([2, 4, None, 8])),
        tf.einsum("...ij->...", x),
        tf.einsum("i,j->ij", p([3]), p([4])),
        tf.einsum("...,...", p([3]), p([2, 3])),
    ]


@program
def of_other_count():
    return tf.einsum("ij,jk->ik", p([2, 3]))


@program
def of_other_characters():
    return tf.einsum("i1->i", p([2, 3]))


@program
def of_unknown_output():
    return tf.einsum("ij->ik", p([2, 3]))


@program
def of_repeated_output():
    return tf.einsum("ij->ii", p([2, 3]))


@program
def of_two_ellipses():
    return tf.einsum("...i->...i...", p([2, 3]))


@program
def of_numbers():
    return tf.einsum("0...i->i", p([2, 3]))


@program
def of_three():
    x, y, z = p([2, 3, 4]), p([4, None]), p([None, 5])
    return [
        tf.einsum("bij,jk,kl->bil", x, y, z),
        tf.einsum("ij, jk ,kl", p([10, 1000]), p([1000, 2]), p([2, 7]), name="chain"),
        tf.einsum("...ij,...jk,...kl->...il", p([9, 2, 3]), p([3, 4]), p()),
        tf.einsum("a,b,c->abc", p([4]), p([3]), p([2])),
        tf.einsum("ij,ij,jk,ij->ik", p([2, 3]), p([2, 3]), p([3, 4]), p([2, 3])),
    ]


@program
def of_many_of_other_rank():
    return tf.einsum("ij,jk,kl->il", p([2, 3]), p([3]), p([3, 4]))


@program
def of_many_ellipses():
    return tf.einsum("...i...,j,k->ijk", p([2, 3]), p([3]), p([3]))


@program
def of_many_labels():
    return tf.einsum("...ijk,j,k->ijk", p([2, 3]), p([3]), p([3]))


CASES = [
    ("ij,jk->ik", [[2, 3], [3, 4]]),
    ("ij,jk->ki", [[2, 3], [3, 4]]),
    ("bij,bjk->bik", [[2, 2, 3], [2, 3, 4]]),
    ("bij,bkj->bik", [[2, 2, 3], [2, 4, 3]]),
    ("ij,ij->", [[2, 3], [2, 3]]),
    ("i,j->ij", [[2], [3]]),
    ("ij,kl->", [[2, 3], [2, 2]]),
    ("abc,cde->abde", [[2, 3, 2], [2, 1, 4]]),
    ("bhqd,bhkd->bhqk", [[1, 2, 3, 4], [1, 2, 2, 4]]),
    ("ijk->", [[2, 3, 2]]),
    ("ijk->kj", [[2, 3, 2]]),
    ("ii->i", [[3, 3]]),
    ("ii->", [[3, 3]]),
    ("iij->ji", [[2, 2, 3]]),
    ("iij,jk->ik", [[2, 2, 3], [3, 2]]),
    ("...ij,...jk->...ik", [[2, 2, 3], [3, 4]]),
    ("...ij,...jk->...ik", [[2, 1, 2, 3], [3, 3, 4]]),
    ("...ij,jk->...ik", [[2, 2, 3], [3, 4]]),
    ("...i->...", [[2, 3, 2]]),
    ("i...->...i", [[2, 3, 2]]),
    ("...,...->...", [[2, 3], [3]]),
    ("a...b->ba...", [[2, 3, 2, 2]]),
    (",->", [[], []]),
    ("i,->i", [[3], []]),
    ("->", [[]]),
    ("ij,jk->ik", [[0, 3], [3, 4]]),
    ("ij,jk->ik", [[2, 0], [0, 4]]),
    ("i->ii", [[3]]),
    ("ij->iji", [[2, 3]]),
    ("ij,jk->ik", [[2, 3], [4, 2]]),
    ("ij,jk->ik", [[2, 3], [3]]),
    ("ii->i", [[3, 2]]),
    ("...i,...i->...", [[2, 3], [4, 3]]),
    ("...ij->ij", [[2, 3, 2]]),
    ("ij...->ij", [[2, 3, 2]]),
    ("ij->ij", [[2, 3, 2]]),
    ("ij...->ij...", [[2]]),
]


def kernels():
    for i, (equation, shapes) in enumerate(CASES):
        if equation == "...i,...i->..." and shapes[1][0] == 4:
            continue  # The kernel's text shows shapes of its own making.
        yield kernel("Einsum", [sixteenths(shape, i + k) for k, shape in enumerate(shapes)], equation)
    for dtype in ["float64", "float16", "bfloat16", "int32", "int64"]:
        yield kernel("Einsum", [sixteenths([2, 3], 1, dtype=dtype), sixteenths([3, 2], 2, dtype=dtype)], "ij,jk->ik")
        yield kernel("Einsum", [sixteenths([2, 3], 1, dtype=dtype)], "ij->j")
    for dtype in ["complex64", "complex128"]:
        x, y = [array(sixteenths(shape, k) + 1j * sixteenths(shape, k + 5), dtype) for k, shape in enumerate([[2, 2, 3], [3, 4]])]
        yield kernel("Einsum", [x, y], "...ij,jk->...ik")
        yield kernel("Einsum", [x, x], "aij,bij->ab")
        yield kernel("Einsum", [x], "iij->ji")
        yield kernel("Einsum", [y[:0], y], "ij,kj->ik")
        yield kernel("Einsum", [y, x], "ij,jk->ik")


def shapes():
    def of(equation, *given):
        graph_inputs = [{"dtype": f, "shape": s} for s in given]
        case = {"op": "Einsum", "inputs": [graph_inputs], "attrs": {"equation": equation}}
        with tf.Graph().as_default():
            try:
                result = tf.raw_ops.Einsum(inputs=[p(s) for s in given], equation=equation)
                case["shapes"] = [None if result.shape.ndims is None else [d.value for d in result.shape.dims]]
            except ValueError as error:
                case["error"] = op_cases.first_line(error)
        return case

    for equation, given in CASES:
        yield of(equation, *given)
        yield of(equation, *[[None] * len(s) for s in given])
        yield of(equation, *[None for _ in given])
    for equation in ["ij,jk", "i->j", "ij,jk->ik->i", "ij->i,j", "", "i..j->ij", "......i->i", "i1->i", "i...->...i...", "i->iij"]:
        yield of(equation, *[[2, 3]] * (equation.count(",") + 1))
    yield of("ij,jk->ik", [2, 3])
    yield of("ij->ji", [2, 3], [2, 3])


def paths():
    """The multiplications that random equations of many inputs become: which tensors by which equation."""
    dice = random.Random(7)
    for _ in range(400):
        labels = "abcdefgXYZ"[: dice.randint(2, 10)]
        sizes = {label: dice.choice([1, 2, 2, 3, 5, 8, 40, 100]) for label in labels}
        terms = ["".join(dice.choices(labels, k=dice.randint(0, 4))) for _ in range(dice.randint(3, 8))]
        if dice.random() < 0.1:
            terms.append(terms[0])
        used = sorted(set("".join(terms)))
        output = "".join(dice.sample(used, dice.randint(0, min(3, len(used)))))
        # An operand with an ellipsis has one or two dimensions there.
        dots = [dice.choice([[], [3], [4, 3]]) if dice.random() < 0.1 else None for _ in terms]
        shapes = [[sizes[label] if dice.random() < 0.9 else None for label in term] for term in terms]
        known = [[*shape, *(more or [])] for shape, more in zip(shapes, dots)]
        text = ",".join(term + ("" if more is None else "...") for term, more in zip(terms, dots))
        text += "->" + output + ("..." if any(more is not None for more in dots) else "")
        with tf.Graph().as_default() as graph:
            tf.einsum(text, *[p(shape) for shape in known])
            ops = [op for op in graph.get_operations() if op.type == "Einsum"]
        nodes = [[op.get_attr("equation").decode(), *[x.op.name for x in op.inputs]] for op in ops]
        yield {"equation": text, "shapes": known, "nodes": nodes}


op_cases.write("einsum", kernels(), shapes(), paths=list(paths()))
