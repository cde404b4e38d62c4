"""A folder as OpenAI released GPT-2's, of a tiny model: sizes, vocabulary, checkpoint; and what TensorFlow continues with it, greedily.

python tools/goldens/models/released_gpt2.py        (needs tensorflow-cpu and, for the vocabulary, tokenizers)
"""
import datetime
import json
import os
import pathlib
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow.compat.v1 as tf
import tokenizers
from gpt2 import gpt2

tf.disable_v2_behavior()
ROOT = pathlib.Path(__file__).resolve().parents[3]
FOLDER = ROOT / "test/goldens/released-gpt2"
TEXT = ROOT / "examples/texts/alice.txt"
TOKENS = 320
CONFIG = {"n_vocab": TOKENS, "n_ctx": 96, "n_embd": 16, "n_head": 2, "n_layer": 2}
PROMPTS = ["Alice was beginning", "I've 3 cats, naïve ones…  and\n\n\tthey're 🐈 at 12:30!  ", ""]
LENGTH = 12


def vocabulary():
    """Learns pairs of bytes, and writes them as encoder.json and vocab.bpe."""
    made = tokenizers.ByteLevelBPETokenizer()
    made.train([str(TEXT)], vocab_size=TOKENS, min_frequency=2, show_progress=False)
    with tempfile.TemporaryDirectory() as folder:
        made.save_model(folder)
        (FOLDER / "encoder.json").write_text((pathlib.Path(folder) / "vocab.json").read_text())
        (FOLDER / "vocab.bpe").write_text((pathlib.Path(folder) / "merges.txt").read_text())
    return made


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    encoder = vocabulary()
    (FOLDER / "hparams.json").write_text(json.dumps(CONFIG) + "\n")
    tf.set_random_seed(7)
    tokens = tf.placeholder(tf.int32, [1, None])
    logits = gpt2(tokens, {"vocab": TOKENS, "context": CONFIG["n_ctx"], "width": CONFIG["n_embd"], "heads": CONFIG["n_head"],
                           "layers": CONFIG["n_layer"]})["logits"]
    cases = []
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for variable in tf.global_variables():  # larger weights, so that the likeliest token is clearly so
            session.run(variable.assign(variable.read_value() * (1 if variable.op.name[-1] == "b" else 8)))
        tf.train.Saver(save_relative_paths=True).save(session, str(FOLDER / "model.ckpt"), write_meta_graph=False)
        for prompt in PROMPTS:
            text = encoder.encode(prompt or "\n").ids
            given = list(text)
            for _ in range(LENGTH):
                text.append(int(np.argmax(session.run(logits, {tokens: [text]})[0, -1])))
            cases.append({"prompt": prompt, "tokens": given, "continued": text[len(given):]})
    head = {"generator": "tools/goldens/models/released_gpt2.py", "command": "python tools/goldens/models/released_gpt2.py",
            "tensorflow": tf.__version__, "tokenizers": tokenizers.__version__, "date": datetime.date.today().isoformat()}
    (FOLDER / "expected.json").write_text(json.dumps({**head, "cases": cases}, indent=1) + "\n")


main()
