/** The cases of tools/goldens/models/record.py, built here: the same placeholders and the same models, in the same order. */
import { float32, getVariableScope, int32, nameScope, placeholder, type Tensor, variableScope } from "namesake";
import * as cifar10 from "../../examples/models/cifar10.ts";
import { type Cifar10Schedule, cifar10Training } from "../../examples/models/cifar10-training.ts";
import { type Gpt2Config, gpt2, pastShape } from "../../examples/models/gpt2.ts";
import { type Gpt2Schedule, gpt2Training } from "../../examples/models/gpt2-training.ts";
import { inference, type MlpConfig } from "../../examples/models/mlp.ts";
import { type PtbConfig, ptbModel } from "../../examples/models/ptb-lstm.ts";
import { ptbReader, ptbTraining } from "../../examples/models/ptb-training.ts";
import { type ResNetConfig, resnetV1 } from "../../examples/models/resnet50.ts";
import { attentionSeq2Seq, type Seq2SeqConfig } from "../../examples/models/seq2seq-attention.ts";
import { type SiameseConfig, siamese } from "../../examples/models/siamese.ts";
import { type TranslateConfig, translateTraining, translator } from "../../examples/models/translate-training.ts";

interface Batch {
  readonly batch: number;
}

/** Runs a body as a second caller who shares every variable. */
function reusing<T>(body: () => T): T {
  return variableScope(getVariableScope(), { reuse: true }, body);
}

function buildMlp(config: MlpConfig): void {
  inference(placeholder(float32, [null, config.inputs], { name: "images" }), config);
}

function buildResNet(config: ResNetConfig & { readonly height: number; readonly width: number }): void {
  resnetV1(placeholder(float32, [null, config.height, config.width, 3], { name: "images" }), config);
}

function buildGpt2OfKnownSizes(config: Gpt2Config & Batch & { readonly steps: number }): void {
  gpt2(placeholder(int32, [config.batch, config.steps], { name: "tokens" }), config);
}

type Cifar10Case = Cifar10Schedule & Batch & { readonly pixels: number; readonly towers: number };

function buildCifar10Training(config: Cifar10Case): void {
  const { batch, pixels, towers } = config;
  const batches = Array.from({ length: towers }, (_, i) => {
    const images = placeholder(float32, [batch, pixels, pixels, 3], { name: `images${i}` });
    return [images, placeholder(int32, [batch], { name: `labels${i}` })] as const;
  });
  cifar10Training(batches, config);
}

function buildPtbTraining(config: PtbConfig & { readonly maxGradientNorm: number }): void {
  const reader = (name: string, config: PtbConfig, reuse: true | null) =>
    nameScope(name, () => {
      const shape = [config.batchSize, config.numSteps];
      const [words, targets] = [
        placeholder(int32, shape, { name: "words" }),
        placeholder(int32, shape, { name: "targets" }),
      ];
      return ptbReader(words, targets, config, reuse);
    });
  ptbTraining(reader("Train", config, null).cost, config.maxGradientNorm);
  reader("Test", { ...config, batchSize: 1, numSteps: 1 }, true);
}

function buildSiameseTraining(config: SiameseConfig): void {
  const [left, right] = ["left", "right"].map((name) => placeholder(float32, [null, 28, 28, 1], { name }));
  siamese(left as Tensor, right as Tensor, placeholder(float32, [null], { name: "same" }), config);
}

/** The cases that train. */
export const trainingCases = {
  "cifar10-training": buildCifar10Training,
  "cifar10-training-towers": buildCifar10Training,
  "ptb-training": buildPtbTraining,
  "translate-training": (config: TranslateConfig) => {
    translateTraining(config);
    translator(config);
  },
  "siamese-training": buildSiameseTraining,
  "siamese-unshared-training": buildSiameseTraining,
  "gpt2-training": (config: Gpt2Config & Gpt2Schedule & Batch & { readonly steps: number }) => {
    gpt2Training(placeholder(int32, [config.batch, config.steps], { name: "tokens" }), config, config);
  },
};

export type TrainingName = keyof typeof trainingCases;

/** Builds a case in the current graph, by the name of its golden file. */
export const cases = {
  mlp: buildMlp,
  "mlp-1024": buildMlp,
  cifar10: ({ batch }: Batch) => {
    cifar10.inference(placeholder(float32, [batch, 24, 24, 3], { name: "images" }));
  },
  "ptb-lstm": (config: PtbConfig) => {
    ptbModel(placeholder(int32, [config.batchSize, config.numSteps], { name: "words" }), config);
  },
  "seq2seq-attention": (config: Seq2SeqConfig & { readonly encoderSteps: number; readonly decoderSteps: number }) => {
    const steps = (name: string, count: number): Tensor[] =>
      Array.from({ length: count }, (_, i) => placeholder(int32, [null], { name: `${name}${i}` }));
    const encoder = steps("encoder", config.encoderSteps);
    const decoder = steps("decoder", config.decoderSteps);
    attentionSeq2Seq(encoder, decoder, config);
    reusing(() => attentionSeq2Seq(encoder, decoder, config, "greedy"));
  },
  resnet50: buildResNet,
  "resnet50-full": buildResNet,
  gpt2: (config: Gpt2Config & Batch) => {
    const tokens = placeholder(int32, [config.batch, null], { name: "tokens" });
    const past = placeholder(float32, pastShape(config, config.batch, null), { name: "past" });
    gpt2(tokens, config);
    reusing(() => gpt2(tokens, config, past));
  },
  "gpt2-known-sizes": buildGpt2OfKnownSizes,
  "gpt2-wide": buildGpt2OfKnownSizes,
  ...trainingCases,
};

/** All cases but those that train. */
export const forwardCases = (Object.keys(cases) as CaseName[]).filter((name) => !Object.hasOwn(trainingCases, name));

export type CaseName = keyof typeof cases;
