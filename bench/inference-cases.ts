/**
 * Inference with the example models: a step of the session, and of the session frozen. The peer imports the very graph, which is written
 * to a folder for it, so both sides compute the same nodes; weights are each side's own random ones, as times do not depend on them.
 * Peers in JavaScript get a frozen program with our weights, and are asked to give what ours gives.
 */
import {
  argmax,
  float32,
  Graph,
  globalVariablesInitializer,
  int32,
  type NDArray,
  ndarray,
  nn,
  placeholder,
  reduceMean,
  reshape,
  Session,
  type Tensor,
} from "namesake";
import { encodeGraphDef } from "namesake/formats";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import * as cifar10 from "../examples/models/cifar10.ts";
import { gpt2, gpt2Small } from "../examples/models/gpt2.ts";
import { inference as mlp, mlp1024 } from "../examples/models/mlp.ts";
import { ptbModel, ptbSmall } from "../examples/models/ptb-lstm.ts";
import { resnet50, resnetV1 } from "../examples/models/resnet50.ts";
import { attentionSeq2Seq, seq2seqSmall } from "../examples/models/seq2seq-attention.ts";
import { freeze } from "./javascript-peers/freeze.ts";
import { feedElements, writeFrozenProgram } from "./javascript-peers/frozen-program.ts";
import { writeForPeer } from "./peer-graph.ts";
import { median } from "./statistics.ts";
import type { Figures } from "./timing.ts";
import { convolutions } from "./training-programs.ts";

/** A tensor that is fed, with whole numbers below `below` where that is set. */
export interface Feed {
  readonly tensor: Tensor;
  readonly below?: number;
}

interface Program {
  readonly feeds: readonly Feed[];
  readonly fetch: Tensor;
}

function images(shape: readonly number[], body: (x: Tensor) => Tensor): Program {
  const tensor = placeholder(float32, shape, { name: "images" });
  return { feeds: [{ tensor }], fetch: body(tensor) };
}

/** As the tutorial reads a text that it was not trained on: the mean loss of the words to come. */
function ptb(): Program {
  const { batchSize, numSteps, vocabSize } = ptbSmall;
  const [words, next] = ["words", "next"].map((name) => placeholder(int32, [batchSize, numSteps], { name })) as [
    Tensor,
    Tensor,
  ];
  const logits = reshape(ptbModel(words, ptbSmall).logits, [-1, vocabSize]);
  const loss = nn.sparseSoftmaxCrossEntropyWithLogits({ labels: reshape(next, [-1]), logits });
  return { feeds: [words, next].map((tensor) => ({ tensor, below: vocabSize })), fetch: reduceMean(loss) };
}

/** Scores of the symbol after the last one, of a batch of sentences of ten symbols. */
function seq2seq(): Program {
  const steps = (name: string): Tensor[] =>
    Array.from({ length: 10 }, (_, i) => placeholder(int32, [32], { name: `${name}${i}` }));
  const [encoder, decoder] = [steps("encoder"), steps("decoder")];
  const scores = attentionSeq2Seq(encoder, decoder, seq2seqSmall);
  const feeds = [...encoder, ...decoder].map((tensor) => ({ tensor, below: seq2seqSmall.symbols }));
  return { feeds, fetch: argmax(scores.at(-1) as Tensor, { axis: 1 }) };
}

/** Scores of the token after a text. */
function nextToken(): Program {
  const tensor = placeholder(int32, [1, 64], { name: "tokens" });
  return { feeds: [{ tensor, below: gpt2Small.vocab }], fetch: gpt2(tensor, gpt2Small).logits.at(":, -1, :") };
}

/** By the names of their cases. */
const programs: Readonly<Record<string, () => Program>> = {
  "infer-mlp256": () => images([64, 784], (x) => mlp(x, { ...mlp1024, hidden: [256] })),
  "infer-mlp": () => images([128, 784], (x) => mlp(x, mlp1024)),
  "infer-cifar10": () => images([128, 24, 24, 3], cifar10.inference),
  "infer-cnn": () => images([128, 24, 24, 3], (x) => convolutions(x, false)),
  "infer-ptb": ptb,
  "infer-seq2seq": seq2seq,
  "infer-resnet50": () => images([1, 224, 224, 3], (x) => resnetV1(x, resnet50).predictions),
  "infer-gpt2": nextToken,
};

/** The cases, and what their figures begin with. */
export const inferenceNames: Readonly<Record<string, string>> = {
  "infer-mlp256": "inference, MLP 784-256-10, batch 64",
  "infer-mlp": "inference, MLP 784-1024-10, batch 128",
  "infer-cifar10": "inference, cifar10, batch 128",
  "infer-cnn": "inference, cifar10 without normalization, batch 128",
  "infer-ptb": "inference, PTB LSTM, batch 20, 20 steps",
  "infer-seq2seq": "inference, attention, batch 32, 10 + 10 steps",
  "infer-resnet50": "inference, ResNet-50, batch 1",
  "infer-gpt2": "inference, GPT-2 124M, 64 tokens",
};

/** How long one way of running is measured, milliseconds. */
const BUDGET_MS = 2000;

/** How long a session runs before that: by then it has a model with constant weights where that pays. */
const WARM_MS = 7000;

/** What a tensor is fed with. */
export function valuesOf({ tensor, below }: Feed): NDArray {
  const dims = tensor.shape.dims as readonly number[];
  return ndarray(feedElements(dims, below ?? null), tensor.dtype, dims);
}

/** The median time of a call, milliseconds, after three calls that do not count. */
export function medianCall(body: () => unknown, budget = BUDGET_MS): number {
  for (let i = 0; i < 3; i += 1) body();
  const times: number[] = [];
  for (const end = performance.now() + budget; performance.now() < end || times.length < 5; ) {
    const begun = performance.now();
    body();
    times.push(performance.now() - begun);
  }
  return median(times);
}

/** Measures a case; `isFrozen` writes the frozen program for the peers in JavaScript. */
export function infer(name: string, isFrozen: boolean): Figures {
  const graph = new Graph();
  const { feeds, fetch, initializer } = graph.asDefault(() => {
    const program = (programs[name] as () => Program)();
    return { ...program, initializer: globalVariablesInitializer() };
  });
  const def = graph.asGraphDef();
  writeForPeer(name, encodeGraphDef(def), {
    initializer: initializer.name,
    calls: [{ feeds: feeds.map(({ tensor, below = null }) => ({ name: tensor.name, below })), fetch: fetch.name }],
  });
  using session = new Session({ graph, engine: createOnnxRuntimeEngine() });
  session.runSync(initializer);
  const keys = feeds.map(({ tensor }) => tensor);
  const values = feeds.map(valuesOf);
  const title = inferenceNames[name] as string;
  const run = session.makeCallable(fetch, keys);
  for (const end = performance.now() + WARM_MS; performance.now() < end; ) run.runSync(...values);
  const figures: Record<string, number> = { [`${title}, run`]: medianCall(() => run.runSync(...values)) };
  const frozen = session.freeze().makeCallable(fetch, keys);
  figures[`${title}, frozen`] = medianCall(() => frozen.runSync(...values));
  if (isFrozen) {
    const expected = Array.from((frozen.runSync(...values) as NDArray).data as ArrayLike<number | bigint>, Number);
    writeFrozenProgram(name, { figures: Object.keys(figures), ...freeze({ def, session, feeds, fetch }), expected });
  }
  return figures;
}
