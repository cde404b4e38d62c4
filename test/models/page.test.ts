/** docs/models.md tells the models' sizes: they are counted again, at the sizes that the page names. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { float32, Graph, int32, placeholder, summarize, type Tensor } from "namesake";
import { expect, it } from "vitest";
import * as cifar10 from "../../examples/models/cifar10.ts";
import { gpt2, gpt2Small } from "../../examples/models/gpt2.ts";
import { inference, mlp1024 } from "../../examples/models/mlp.ts";
import { ptbModel, ptbSmall } from "../../examples/models/ptb-lstm.ts";
import { resnet50, resnetV1 } from "../../examples/models/resnet50.ts";
import { attentionSeq2Seq, seq2seqSmall } from "../../examples/models/seq2seq-attention.ts";

const steps = (count: number): Tensor[] => Array.from({ length: count }, () => placeholder(int32, [null]));

/** Each at the size that the page names. */
const builds: Readonly<Record<string, () => unknown>> = {
  mlp: () => inference(placeholder(float32, [null, 784]), mlp1024),
  cifar10: () => cifar10.inference(placeholder(float32, [128, 24, 24, 3])),
  "ptb-lstm": () => ptbModel(placeholder(int32, [20, 20]), ptbSmall),
  "seq2seq-attention": () => attentionSeq2Seq(steps(8), steps(8), seq2seqSmall),
  resnet50: () => resnetV1(placeholder(float32, [1, 224, 224, 3]), resnet50),
  gpt2: () => gpt2(placeholder(int32, [1, 64]), gpt2Small),
};

const page = readFileSync(join(import.meta.dirname, "../../docs/models.md"), "utf8");

it.each(Object.entries(builds))("the page tells the size of %s", (name, build) => {
  const graph = new Graph();
  graph.asDefault(build);
  const { variables, parameters } = summarize(graph).totals;
  const [ops, count] = [graph.operations.length, parameters].map((number) => number.toLocaleString("en-US"));
  const row = page.split("\n").find((line) => line.startsWith(`| [${name}](`));
  expect(row).toMatch(new RegExp(` \\| ${ops} \\| ${variables} \\| ${count} \\|$`));
});
