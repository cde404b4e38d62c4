/**
 * Encoders and decoders of TensorFlow 1.15's `contrib.legacy_seq2seq`: which variables they make and share, what they compute, and their errors.
 * TensorFlow 2 no longer has them, so what they give is compared with what they are made of.
 */
import {
  constant,
  createReferenceEngine,
  Graph,
  getVariable,
  globalVariablesInitializer,
  gradients,
  legacySeq2seq,
  type NDArray,
  nn,
  ones,
  placeholder,
  randomUniformInitializer,
  Session,
  type Tensor,
  trainableVariables,
  unstack,
  type Variable,
  variableScope,
  zeros,
} from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { describe, expect, it } from "vitest";
import { caught, failureOf } from "./failure-of.ts";

const { rnnCell } = nn;
const engines = [
  ["reference", createReferenceEngine()],
  ["ONNX Runtime", createOnnxRuntimeEngine()],
] as const;

const [batch, encoderSymbols, decoderSymbols, width, units] = [2, 5, 6, 3, 4] as const;
const symbols = (steps: number, top: number): Tensor[] =>
  Array.from({ length: steps }, (_, t) => constant([(t * 2 + 1) % top, (t * 3) % top], { dtype: "int32" }));
const floats = (steps: number): Tensor[] => unstack(ones([steps, batch, width]));
const gru = () => new rnnCell.GRUCell(units);
const names = (): string[] => trainableVariables().map(({ op }) => op.name);
const inGraph = <R>(body: () => R): R => new Graph().asDefault(body);
const inModel = <R>(body: () => R): R =>
  variableScope("model", { initializer: randomUniformInitializer({ minval: -0.5, maxval: 0.5, seed: 1 }) }, body);
const cell = (scope: string): string[] =>
  ["gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias"].map((name) => `${scope}/gru_cell/${name}`);
const linear = (scope: string): string[] => ["kernel", "bias"].map((name) => `${scope}/${name}`);

function values(
  fetches: readonly Tensor[],
  engine = createReferenceEngine(),
  feeds: [Tensor, boolean][] = [],
): number[] {
  const session = new Session({ engine });
  session.runSync(globalVariablesInitializer());
  return session.runSync(fetches, feeds).flatMap((value: NDArray) => Array.from(value.data as Float32Array));
}

/** Equal but for the order in which an engine adds. */
function expectNear(actual: readonly number[], wanted: readonly number[]): void {
  expect(actual.length).toBe(wanted.length);
  for (const [i, value] of actual.entries()) expect(value).toBeCloseTo(wanted[i] as number, 5);
}

describe("the variables", () => {
  it("of a basic model: encoder and decoder have their own, and the cell keeps the decoder's", () => {
    inGraph(() => {
      const one = gru();
      legacySeq2seq.basicRnnSeq2seq(floats(3), floats(2), one);
      expect(names()).toEqual([...cell("basic_rnn_seq2seq/rnn"), ...cell("basic_rnn_seq2seq/rnn_decoder")]);
      expect(one.scopeName).toBe("basic_rnn_seq2seq/rnn_decoder/gru_cell");
    });
  });

  it("of a tied model: both share", () => {
    inGraph(() => {
      legacySeq2seq.tiedRnnSeq2seq(floats(3), floats(2), gru());
      expect(names()).toEqual(cell("combined_tied_rnn_seq2seq/tied_rnn_seq2seq"));
    });
  });

  it("of a model with embeddings", () => {
    inGraph(() => {
      legacySeq2seq.embeddingRnnSeq2seq(
        symbols(3, encoderSymbols),
        symbols(2, decoderSymbols),
        gru(),
        encoderSymbols,
        decoderSymbols,
        width,
      );
      const projection = "embedding_rnn_seq2seq/embedding_rnn_decoder/rnn_decoder/output_projection_wrapper";
      expect(names()).toEqual([
        "embedding_rnn_seq2seq/rnn/embedding_wrapper/embedding",
        ...cell("embedding_rnn_seq2seq/rnn/embedding_wrapper"),
        "embedding_rnn_seq2seq/embedding_rnn_decoder/embedding",
        ...cell(projection),
        ...linear(projection),
      ]);
    });
  });

  it("of a tied model with one embedding", () => {
    inGraph(() => {
      const inputs = symbols(3, encoderSymbols);
      legacySeq2seq.embeddingTiedRnnSeq2seq(inputs, inputs, gru(), encoderSymbols, width);
      const projection =
        "embedding_tied_rnn_seq2seq/combined_tied_rnn_seq2seq/tied_rnn_seq2seq/output_projection_wrapper";
      expect(names()).toEqual(["embedding_tied_rnn_seq2seq/embedding", ...cell(projection), ...linear(projection)]);
    });
  });

  it("of a model with attention", () => {
    inGraph(() => {
      attentionModel();
      const decoder = "embedding_attention_seq2seq/embedding_attention_decoder";
      expect(names().slice(5)).toEqual([
        `${decoder}/embedding`,
        `${decoder}/attention_decoder/AttnW_0`,
        `${decoder}/attention_decoder/AttnV_0`,
        ...linear(`${decoder}/attention_decoder`),
        ...cell(`${decoder}/attention_decoder/output_projection_wrapper`),
        ...linear(`${decoder}/attention_decoder/output_projection_wrapper`),
        ...linear(`${decoder}/attention_decoder/Attention_0`),
        ...linear(`${decoder}/attention_decoder/AttnOutputProjection`),
      ]);
    });
  });
});

function attentionModel(
  options: legacySeq2seq.EmbeddingAttentionSeq2seqOptions<Tensor> = {},
  decoderInputs = symbols(2, decoderSymbols),
): [Tensor[], Tensor] {
  const inputs = symbols(3, encoderSymbols);
  return legacySeq2seq.embeddingAttentionSeq2seq(
    inputs,
    decoderInputs,
    gru(),
    encoderSymbols,
    decoderSymbols,
    width,
    options,
  );
}

describe.each(engines)("on %s", (_, engine) => {
  it("a decoder that feeds itself gives what it gives when its best symbols are fed", () => {
    const greedy = inGraph(() => {
      const inputs = [...symbols(1, decoderSymbols), ...symbols(1, 1)];
      const [outputs] = inModel(() => attentionModel({ feedPrevious: true }, inputs));
      return values(outputs, engine);
    });
    const scores = greedy.slice(0, batch * decoderSymbols);
    const best = Array.from({ length: batch }, (__, row) => {
      const own = scores.slice(row * decoderSymbols, (row + 1) * decoderSymbols);
      return own.indexOf(Math.max(...own));
    });
    const fed = inGraph(() => {
      const inputs = [...symbols(1, decoderSymbols), constant(best, { dtype: "int32" })];
      return values(inModel(() => attentionModel({}, inputs))[0], engine);
    });
    expectNear(greedy, fed);
  });

  it.each([true, false])("a decoder is told in the step whether it feeds itself: %s", (feeds) => {
    const known = inGraph(() => {
      const [outputs, state] = inModel(() => attentionModel({ feedPrevious: feeds }));
      return values([...outputs, state], engine);
    });
    const told = inGraph(() => {
      const feedPrevious = placeholder("bool", []);
      const [outputs, state] = inModel(() => attentionModel({ feedPrevious }));
      return values([...outputs, state], engine, [[feedPrevious, feeds]]);
    });
    expectNear(told, known);
  });

  it("a bucket gives what a model of its length gives", () => {
    const weights = () => unstack(ones([2, batch]));
    const bucket = inGraph(() => {
      const model: legacySeq2seq.Seq2seqFunction = (encoder, decoder) =>
        legacySeq2seq.basicRnnSeq2seq(encoder, decoder, new rnnCell.GRUCell(decoderSymbols));
      const [outputs, losses] = inModel(() =>
        legacySeq2seq.modelWithBuckets(
          floats(3),
          floats(2),
          symbols(2, decoderSymbols),
          weights(),
          [
            [1, 1],
            [3, 2],
          ],
          model,
        ),
      );
      expect(names()).toHaveLength(8);
      expect(outputs.map((one) => one.length)).toEqual([1, 2]);
      return values([losses[1] as Tensor], engine);
    });
    const alone = inGraph(() => {
      const [outputs] = inModel(() =>
        legacySeq2seq.basicRnnSeq2seq(floats(3), floats(2), new rnnCell.GRUCell(decoderSymbols)),
      );
      return values([legacySeq2seq.sequenceLoss(outputs, symbols(2, decoderSymbols), weights())], engine);
    });
    expectNear(bucket, alone);
  });

  it("losses are the weighted means of the cross-entropies", () => {
    const [per, mean, sum] = inGraph(() => {
      const logits = [
        zeros([2, 4]),
        constant(
          [
            [0, Math.log(3)],
            [0, 0],
          ].map((row) => [...row, -100, -100]),
        ),
      ];
      const targets = [constant([1, 3], { dtype: "int32" }), constant([1, 0], { dtype: "int32" })];
      const weights = [constant([1, 0]), constant([1, 0])];
      const all = [logits, targets, weights] as const;
      return values(
        [
          legacySeq2seq.sequenceLossByExample(...all).at([0]),
          legacySeq2seq.sequenceLoss(...all),
          legacySeq2seq.sequenceLoss(...all, { averageAcrossTimesteps: false, averageAcrossBatch: false }),
        ],
        engine,
      );
    });
    const wanted = (Math.log(4) + Math.log(4 / 3)) / 2;
    expectNear([per, mean, sum] as number[], [wanted, wanted / 2, 2 * wanted]);
  });
});

it("gradients reach every variable of a model with attention", () => {
  inGraph(() => {
    const [outputs] = inModel(() => attentionModel({ numHeads: 2, initialStateAttention: true }));
    const loss = legacySeq2seq.sequenceLoss(outputs, symbols(2, decoderSymbols), unstack(ones([2, batch])));
    const variables = trainableVariables() as Variable[];
    expect(gradients(loss, variables).filter((gradient) => gradient === null)).toEqual([]);
  });
});

it("an output projection takes the place of the decoder's own, and must fit its symbols", () => {
  inGraph(() => {
    const project = (columns: number) =>
      [getVariable(`w${columns}`, [units, columns]), getVariable(`b${columns}`, [columns])] as const;
    const [outputs] = attentionModel({ outputProjection: project(decoderSymbols), feedPrevious: true });
    expect(outputs.map(({ shape }) => shape.dim(1))).toEqual([units, units]);
    expect(names().some((name) => name.includes("output_projection_wrapper"))).toBe(false);
    const wrong = () => variableScope("wrong", () => attentionModel({ outputProjection: project(3) }));
    expect(failureOf(wrong)).toEqual(["ValueError", "Shapes (3,) and (6,) are incompatible"]);
  });
});

it("a model that is called again in its scope fails with the ways to share", () => {
  const text = caught(() =>
    inGraph(() => [1, 2].map(() => legacySeq2seq.tiedRnnSeq2seq(floats(1), floats(1), gru()))),
  ).message;
  expect(text).toMatch(/^Variable combined_tied_rnn_seq2seq\/tied_rnn_seq2seq\/gru_cell\/gates\/kernel already exists/);
  expect(text).toContain("this is another GRUCell");
});

it.each([
  [
    () => legacySeq2seq.sequenceLoss([zeros([2, 4])], [], [ones([2])]),
    "Lengths of logits, weights, and targets must be the same 1, 1, 0.",
  ],
  [
    () => legacySeq2seq.modelWithBuckets(floats(1), [], [], [], [[3, 0]], () => [[]]),
    "Length of encoder_inputs (1) must be at least that of last bucket (3).",
  ],
  [
    () => legacySeq2seq.attentionDecoder([], zeros([2, 4]), ones([2, 5, 4]), gru()),
    "Must provide at least 1 input to attention decoder.",
  ],
  [
    () => legacySeq2seq.attentionDecoder(floats(1), zeros([2, 4]), ones([2, 5, 4]), gru(), { numHeads: 0 }),
    "With less than 1 heads, use a non-attention decoder.",
  ],
  [() => new rnnCell.EmbeddingWrapper(gru(), 0, 3), "Both embedding_classes and embedding_size must be > 0: 0, 3."],
  [() => new rnnCell.OutputProjectionWrapper(gru(), 0), "Parameter output_size must be > 0: 0."],
] as const)("fails as TensorFlow does (%#)", (body, line) => {
  expect(inGraph(() => failureOf(body))).toEqual(["ValueError", line]);
});
