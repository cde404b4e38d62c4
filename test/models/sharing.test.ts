/** What the example models share, and what that means for their results. */
import {
  float32,
  Graph,
  getVariableScope,
  globalVariables,
  globalVariablesInitializer,
  int32,
  type NDArray,
  ndarray,
  placeholder,
  Session,
  setRandomSeed,
  type Tensor,
  variableScope,
} from "namesake";
import { describe, expect, it } from "vitest";
import * as cifar10 from "../../examples/models/cifar10.ts";
import { type Gpt2Config, gpt2, pastShape } from "../../examples/models/gpt2.ts";
import { inference, type MlpConfig } from "../../examples/models/mlp.ts";
import { type LstmState, type PtbConfig, ptbModel } from "../../examples/models/ptb-lstm.ts";
import { attentionSeq2Seq, type Seq2SeqConfig } from "../../examples/models/seq2seq-attention.ts";

/** Runs a body as a second caller who shares every variable. */
function reusing<T>(body: () => T): T {
  return variableScope(getVariableScope(), { reuse: true }, body);
}

/** Builds in a graph of its own and draws the weights. */
function built<T>(build: () => T): T & { readonly session: Session; readonly names: readonly string[] } {
  const graph = new Graph();
  return graph.asDefault(() => {
    setRandomSeed(1);
    const model = build();
    const session = new Session({ graph });
    session.runSync(globalVariablesInitializer());
    return Object.assign({ session, names: globalVariables().map(({ op }) => op.name) }, model);
  });
}

const integers = (values: readonly number[], shape: readonly number[]) =>
  ndarray(Int32Array.from(values), int32, shape);

/** float32 rounds otherwise when the same products are added up in matrices of other sizes. */
function expectClose(got: NDArray | undefined, wanted: NDArray | undefined): void {
  expect(got?.shape).toEqual(wanted?.shape);
  const [a, b] = [got?.data as Float32Array, wanted?.data as Float32Array];
  for (const [i, x] of a.entries()) expect(x).toBeCloseTo(b[i] as number, 5);
}

describe("mlp", () => {
  it("makes variables of its own at every call", () => {
    const config: MlpConfig = { inputs: 4, hidden: [3], classes: 2 };
    const { names } = built(() => {
      const images = placeholder(float32, [null, 4]);
      return { scores: [inference(images, config), inference(images, config)] };
    });
    expect(names).toEqual(
      ["hidden1", "softmax_linear", "hidden1_1", "softmax_linear_1"].flatMap((scope) => [
        `${scope}/weights`,
        `${scope}/biases`,
      ]),
    );
  });
});

describe("cifar10", () => {
  it("gives two towers one set of variables", () => {
    const { images, towers, session, names } = built(() => {
      const images = placeholder(float32, [1, 24, 24, 3]);
      return { images, towers: [cifar10.inference(images), reusing(() => cifar10.inference(images))] };
    });
    expect(names).toHaveLength(10);
    const pixels = Float32Array.from({ length: 24 * 24 * 3 }, (_, i) => (i % 7) / 7);
    const [left, right] = session.runSync(towers, [[images, ndarray(pixels, float32, [1, 24, 24, 3])]]) as NDArray[];
    expect(left?.toArray()).toEqual(right?.toArray());
  });
});

describe("ptb-lstm", () => {
  it("reads on from the state of the last run", () => {
    const config: PtbConfig = { batchSize: 2, numSteps: 4, hiddenSize: 5, numLayers: 2, vocabSize: 11, initScale: 1 };
    const { whole, half, allWords, someWords, session } = built(() => {
      const allWords = placeholder(int32, [2, 4]);
      const someWords = placeholder(int32, [2, 2]);
      const whole = ptbModel(allWords, config);
      return { allWords, someWords, whole, half: reusing(() => ptbModel(someWords, { ...config, numSteps: 2 })) };
    });
    const words = [1, 2, 3, 4, 5, 6, 7, 8];
    const parts = (states: readonly LstmState[]): Tensor[] => states.flatMap(({ c, h }) => [c, h]);
    const once = session.runSync(parts(whole.finalState), [[allWords, integers(words, [2, 4])]]) as NDArray[];
    const states = parts(half.initialState);
    const fetches = parts(half.finalState);
    const first = session.runSync(fetches, [[someWords, integers([1, 2, 5, 6], [2, 2])]]) as NDArray[];
    const kept = states.map((tensor, i) => [tensor, first[i] as NDArray] as const);
    const then = session.runSync(fetches, [[someWords, integers([3, 4, 7, 8], [2, 2])], ...kept]) as NDArray[];
    for (const [i, value] of then.entries()) expectClose(value, once[i]);
  });
});

describe("seq2seq-attention", () => {
  it("translates greedily with the variables of the decoder that is given its inputs", () => {
    const config: Seq2SeqConfig = { symbols: 9, embeddingSize: 4, units: 5 };
    const { encoder, decoder, given, greedy, session, names } = built(() => {
      const encoder = Array.from({ length: 2 }, () => placeholder(int32, [null]));
      const decoder = Array.from({ length: 3 }, () => placeholder(int32, [null]));
      const given = attentionSeq2Seq(encoder, decoder, config);
      return { encoder, decoder, given, greedy: reusing(() => attentionSeq2Seq(encoder, decoder, config, "greedy")) };
    });
    expect(names).toHaveLength(17);
    const source = encoder.map((tensor, i) => [tensor, [i + 1, i + 4]] as const);
    const outputs = session.runSync(greedy, [...source, [decoder[0] as Tensor, [0, 0]]]) as NDArray[];
    const best = (row: readonly number[]) => row.indexOf(Math.max(...row));
    const chosen = outputs.map((scores) => (scores.toArray() as number[][]).map(best));
    // What the greedy decoder chose, given to the other one, is answered alike.
    const inputs = decoder.map(
      (tensor, step) => [tensor, step === 0 ? [0, 0] : (chosen[step - 1] as number[])] as const,
    );
    const told = session.runSync(given, [...source, ...inputs]) as NDArray[];
    for (const [i, scores] of told.entries()) expectClose(scores, outputs[i]);
  });
});

describe("gpt2", () => {
  it("continues a text as if it had read it whole", () => {
    const config: Gpt2Config = { vocab: 31, context: 16, width: 8, heads: 2, layers: 2 };
    const { tokens, past, whole, continued, session, names } = built(() => {
      const tokens = placeholder(int32, [1, null]);
      const past = placeholder(float32, pastShape(config, 1, null));
      return { tokens, past, whole: gpt2(tokens, config), continued: reusing(() => gpt2(tokens, config, past)) };
    });
    expect(names).toHaveLength(2 + 12 * config.layers + 2);
    const text = [3, 1, 4, 1, 5, 9];
    const all = session.runSync(whole.logits.at(":, -2:"), [[tokens, integers(text, [1, 6])]]) as NDArray;
    const kept = session.runSync(whole.present, [[tokens, integers(text.slice(0, 4), [1, 4])]]) as NDArray;
    const rest = session.runSync(continued.logits, [
      [tokens, integers(text.slice(4), [1, 2])],
      [past, kept],
    ]) as NDArray;
    expectClose(rest, all);
  });
});
