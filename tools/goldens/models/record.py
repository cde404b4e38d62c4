"""Records the example models as TensorFlow builds and runs them: one file per case, each from the twin of the example.

    python tools/goldens/models/record.py [NAME...]      # writes test/goldens/models/NAME.json

A file holds the whole GraphDef and the variables' collections (gzipped, base64) and some steps: what was fed and what came out. Fed values follow a formula,
or are what the step before gave. Of training, the losses of the first 20 steps are recorded.
"""
import base64
import datetime
import gzip
import json
import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# tf.layers as it was in TensorFlow 1.
os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import numpy as np
import tensorflow.compat.v1 as tf

import cifar10
import cifar10_training
import gpt2
import gpt2_training
import library_cells
import mlp
import ptb_lstm
import ptb_training
import resnet50
import seq2seq_attention
import siamese
import translate_training

tf.disable_v2_behavior()
SEED = 1
# How many steps of a training are recorded.
STEPS = 20


def feed(tensor, shape, below, first=0):
    """What is fed: element i is (7919 (first + i)) mod below; floats are divided by below - 1."""
    return {"tensor": tensor.name, "dtype": tensor.dtype.name, "shape": shape, "below": below, **({"first": first} if first else {})}


def fed_array(of):
    whole = ((np.arange(int(np.prod(of["shape"]))) + of.get("first", 0)) * 7919) % of["below"]
    scaled = whole / (of["below"] - 1) if of["dtype"] == "float32" else whole
    return scaled.astype(of["dtype"]).reshape(of["shape"])


def case_mlp(config):
    images = tf.placeholder(tf.float32, [None, config["inputs"]], name="images")
    return [([feed(images, [4, config["inputs"]], 256)], [mlp.inference(images, config)])]


def case_cifar10(config):
    images = tf.placeholder(tf.float32, [config["batch"], 24, 24, 3], name="images")
    return [([feed(images, [config["batch"], 24, 24, 3], 256)], [cifar10.inference(images)])]


def case_ptb(config):
    shape = [config["batchSize"], config["numSteps"]]
    words = tf.placeholder(tf.int32, shape, name="words")
    model = ptb_lstm.ptb_model(words, config)
    first = feed(words, shape, config["vocabSize"])
    fetched = [model["logits"], *model["final_state"][-1]]
    states = [feed(part, [config["batchSize"], config["hiddenSize"]], 11) for state in model["initial_state"] for part in state]
    return [([first], fetched), ([first, *states], fetched)]


def case_seq2seq(config):
    encoder = [tf.placeholder(tf.int32, [None], name="encoder%d" % i) for i in range(config["encoderSteps"])]
    decoder = [tf.placeholder(tf.int32, [None], name="decoder%d" % i) for i in range(config["decoderSteps"])]
    given = seq2seq_attention.attention_seq2seq(encoder, decoder, config)
    with tf.variable_scope(tf.get_variable_scope(), reuse=True):
        greedy = seq2seq_attention.attention_seq2seq(encoder, decoder, config, "greedy")
    feeds = [feed(x, [2], config["symbols"] - i) for i, x in enumerate(encoder + decoder)]
    return [(feeds, given), (feeds[: len(encoder) + 1], greedy)]


def case_resnet(config):
    shape = [config["batch"], config["height"], config["width"], 3]
    images = tf.placeholder(tf.float32, [None, *shape[1:]], name="images")
    model = resnet50.resnet_v1(images, config)
    return [([feed(images, shape, 256)], [model["logits"], model["predictions"]])]


def case_gpt2(config):
    tokens = tf.placeholder(tf.int32, [config["batch"], None], name="tokens")
    past = tf.placeholder(tf.float32, gpt2.past_shape(config, config["batch"], None), name="past")
    whole = gpt2.gpt2(tokens, config)
    with tf.variable_scope(tf.get_variable_scope(), reuse=True):
        continued = gpt2.gpt2(tokens, config, past)
    kept = feed(past, gpt2.past_shape(config, config["batch"], 3), 13)
    return [
        ([feed(tokens, [config["batch"], 5], config["vocab"])], [whole["logits"], whole["present"]]),
        ([feed(tokens, [config["batch"], 1], config["vocab"]), kept], [continued["logits"], continued["present"]]),
    ]


def case_gpt2_known(config):
    """Sizes that are all known when the graph is built."""
    tokens = tf.placeholder(tf.int32, [config["batch"], config["steps"]], name="tokens")
    model = gpt2.gpt2(tokens, config)
    return [([feed(tokens, [config["batch"], config["steps"]], config["vocab"])], [model["logits"]])]


def case_cifar10_training(config):
    """Pictures of 8 × 8: the network takes any size, and a step of 24 × 24 takes plain code long."""
    shape = [config["batch"], config["pixels"], config["pixels"], 3]
    batches = [
        (tf.placeholder(tf.float32, shape, name="images%d" % i), tf.placeholder(tf.int32, shape[:1], name="labels%d" % i))
        for i in range(config["towers"])
    ]
    model = cifar10_training.cifar10_training(batches, config)

    def step(n):
        # Four batches by turns, so that there is something to learn.
        first = n % 4
        feeds = [f for i, (x, y) in enumerate(batches) for f in (feed(x, shape, 256, 37 * first + i), feed(y, shape[:1], 10, 3 * first + i))]
        return feeds, model["losses"], [model["train"]]

    biases = tf.trainable_variables()[-1]
    kept = [*model["average_losses"], biases, model["averages"].average(biases), model["rate"]]
    return [*map(step, range(STEPS)), ([], [variable.value() if isinstance(variable, tf.Variable) else variable for variable in kept])]


def case_ptb_training(config):
    """A reader that is trained and carries its state on, then one of another size that shares its variables."""
    batch, steps, vocab = config["batchSize"], config["numSteps"], config["vocabSize"]
    one = {**config, "batchSize": 1, "numSteps": 1}

    def reader(name, config, **options):
        shape = [config["batchSize"], config["numSteps"]]
        with tf.name_scope(name):
            inputs = [tf.placeholder(tf.int32, shape, name=part) for part in ("words", "targets")]
            return inputs, ptb_training.ptb_reader(*inputs, config, **options)

    (words, targets), model = reader("Train", config)
    training = ptb_training.ptb_training(model["cost"], config["maxGradientNorm"])
    (test_words, test_targets), test = reader("Test", one, reuse=True)

    def step(n):
        feeds = [feed(words, [batch, steps], vocab, 5 * (n % 3)), feed(targets, [batch, steps], vocab, 5 * (n % 3) + 1)]
        carried = [[a.name, b.name] for a, b in zip(model["final"], model["initial"])] if n < STEPS - 1 else []
        return feeds, [model["cost"], training["norm"]], [training["train"]], carried

    rate = feed(training["new_rate"], [], 2, 1)
    tested = [feed(test_words, [1, 1], vocab, 7), feed(test_targets, [1, 1], vocab, 8)]
    return [([rate], [], [training["set_rate"].op]), *map(step, range(STEPS)), (tested, [test["cost"], *test["final"]])]


def case_translate_training(config):
    model, translator = translate_training.translate_training(config), translate_training.translator(config)
    batch = config["batch"]

    def inputs(bucket, n):
        source, target = config["buckets"][bucket]
        ints = model["encoder"][:source] + model["decoder"][: target + 1]
        weights = model["weights"][:target]
        return [feed(x, [batch], config["symbols"], n % 4 + 2 * i) for i, x in enumerate(ints)] + [
            feed(w, [batch], 2, 1 + (i > 2)) for i, w in enumerate(weights)
        ]

    def step(n):
        bucket = n % len(config["buckets"])
        return inputs(bucket, n), [model["losses"][bucket]], [model["trains"][bucket]]

    source = [feed(x, [4], config["symbols"], 2 * i) for i, x in enumerate([*translator["encoder"], translator["first"]])]
    return [*map(step, range(STEPS)), (source, translator["translations"])]


def case_gpt2_training(config):
    shape = [config["batch"], config["steps"]]
    tokens = tf.placeholder(tf.int32, shape, name="tokens")
    model = gpt2_training.gpt2_training(tokens, config)
    return [([feed(tokens, shape, config["vocab"], 11 * (n % 4))], [model["loss"]], [model["train"]]) for n in range(STEPS)]


def case_siamese_training(config):
    left, right = [tf.placeholder(tf.float32, [None, 28, 28, 1], name=name) for name in ("left", "right")]
    same = tf.placeholder(tf.float32, [None], name="same")
    model = siamese.siamese(left, right, same, config)
    shape = [config["batch"], 28, 28, 1]

    def step(n):
        first = 37 * (n % 4)
        return [feed(left, shape, 256, first), feed(right, shape, 251, first), feed(same, shape[:1], 2)], [model["loss"]], [model["train_op"]]

    last = [feed(left, shape, 256), feed(right, shape, 251)]
    return [*map(step, range(STEPS)), (last, [model["left"], model["right"]])]


SIAMESE = {"batch": 3, "filters": [4, 6], "hidden": 10, "width": 3, "margin": 2, "learningRate": 0.003, "steps": 16}
CIFAR10 = {"batch": 2, "pixels": 8, "rate": 0.1, "decaySteps": 8, "decayRate": 0.1, "averageDecay": 0.9999}
CASES = {
    "mlp": (case_mlp, {"inputs": 784, "hidden": [128, 32], "classes": 10}),
    "mlp-1024": (case_mlp, {"inputs": 784, "hidden": [1024], "classes": 10}),
    "cifar10": (case_cifar10, {"batch": 2}),
    "ptb-lstm": (case_ptb, {"batchSize": 3, "numSteps": 4, "hiddenSize": 16, "numLayers": 2, "vocabSize": 50, "initScale": 0.1}),
    "seq2seq-attention": (case_seq2seq, {"symbols": 20, "embeddingSize": 6, "units": 8, "encoderSteps": 3, "decoderSteps": 3}),
    "resnet50": (case_resnet, {"batch": 2, "height": 64, "width": 64, "classes": 10, "baseDepth": 4}),
    "gpt2": (case_gpt2, {"batch": 2, "vocab": 61, "context": 32, "width": 32, "heads": 4, "layers": 2}),
    "gpt2-known-sizes": (case_gpt2_known, {"batch": 1, "steps": 6, "vocab": 61, "context": 32, "width": 32, "heads": 4, "layers": 2}),
    # As large as they are used, but for GPT-2's vocabulary and number of layers: 124 million parameters take long to draw.
    "resnet50-full": (case_resnet, {"batch": 1, "height": 224, "width": 224, "classes": 1000, "baseDepth": 64}),
    "gpt2-wide": (case_gpt2_known, {"batch": 1, "steps": 8, "vocab": 257, "context": 64, "width": 768, "heads": 12, "layers": 2}),
    # Training: small sizes, so that it can be followed on both engines.
    "cifar10-training": (case_cifar10_training, {"towers": 1, **CIFAR10}),
    "cifar10-training-towers": (case_cifar10_training, {"towers": 2, **CIFAR10}),
    "ptb-training": (case_ptb_training, {"batchSize": 3, "numSteps": 4, "hiddenSize": 16, "numLayers": 2, "vocabSize": 50, "initScale": 0.1, "maxGradientNorm": 1}),
    "translate-training": (case_translate_training, {"symbols": 20, "embeddingSize": 6, "units": 8, "buckets": [[2, 3], [4, 5]], "batch": 3, "rate": 0.01, "maxGradientNorm": 5}),
    "siamese-training": (case_siamese_training, {"isShared": True, **SIAMESE}),
    "siamese-unshared-training": (case_siamese_training, {"isShared": False, **SIAMESE}),
    "gpt2-training": (case_gpt2_training, {"batch": 2, "steps": 8, "vocab": 61, "context": 32, "width": 32, "heads": 4, "layers": 2, "rate": 0.003, "warmup": 10}),
}
# The variables of TensorFlow's own cells.
CELLS = {"ptb-lstm": library_cells.ptb_lstm, "seq2seq-attention": library_cells.seq2seq_attention}


COLLECTIONS = [tf.GraphKeys.GLOBAL_VARIABLES, tf.GraphKeys.TRAINABLE_VARIABLES, tf.GraphKeys.MODEL_VARIABLES]


def packed(data):
    return base64.b64encode(gzip.compress(data, 9, mtime=0)).decode()


def record(build, config):
    with tf.Graph().as_default() as graph:
        tf.set_random_seed(SEED)
        steps = build(config)
        init = tf.global_variables_initializer()
        definition = graph.as_graph_def()
        runs = []
        with tf.Session() as session:
            session.run(init)
            carried = {}
            for feeds, fetches, *rest in steps:
                targets, carry = [*rest, [], []][:2]
                fed = {of["tensor"]: fed_array(of) for of in feeds}
                kept = [source for source, _ in carry]
                values, kept, _ = session.run([fetches, kept, targets], {**fed, **carried})
                carried = {into: value for (_, into), value in zip(carry, kept)}
                # Eight digits tell float32 numbers of one size apart better than any two ways of adding them up agree.
                short = [[float("%.8g" % x) for x in value.reshape(-1)] for value in map(np.asarray, values)]
                made = [{"tensor": x.name, "shape": list(np.shape(v)), "values": s} for x, v, s in zip(fetches, values, short)]
                names = [op.name for op in targets]
                runs.append({"feeds": feeds, "fetches": made, **({"targets": names} if names else {}), **({"carried": carry} if carry else {})})
        collections = {key: [v.name for v in graph.get_collection(key)] for key in COLLECTIONS}
    return {
        "seed": SEED, "config": config, "runs": runs, "collections": packed(json.dumps(collections).encode()),
        "graph": packed(definition.SerializeToString(deterministic=True)),
    }


folder = pathlib.Path(__file__).resolve().parents[3] / "test/goldens/models"
folder.mkdir(parents=True, exist_ok=True)
for name in sys.argv[1:] or CASES:
    made = {
        "generator": "tools/goldens/models/record.py", "command": "python tools/goldens/models/record.py %s" % name,
        "tensorflow": tf.__version__, "date": datetime.date.today().isoformat(), **record(*CASES[name]),
        **({"cellVariables": CELLS[name](CASES[name][1])} if name in CELLS else {}),
    }
    text = json.dumps(made, separators=(",", ":")) + "\n"
    (folder / (name + ".json")).write_text(text)
    print(name, len(text), "bytes", file=sys.stderr)
