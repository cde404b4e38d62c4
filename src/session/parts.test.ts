import { beforeEach, expect, it } from "vitest";
import { createReferenceEngine } from "../engines/reference/engine.ts";
import * as tf from "../index.ts";
import { planDataflow } from "./dataflow.ts";
import type { Engine } from "./engine.ts";
import { splitIntoParts } from "./parts.ts";
import { pruneStep } from "./prune.ts";

beforeEach(() => tf.resetDefaultGraph());

function parts(
  fetches: readonly tf.Tensor[],
  engine: Engine = createReferenceEngine(),
  feeds: readonly tf.Tensor[] = [],
): string[] {
  const flow = planDataflow(pruneStep(tf.getDefaultGraph(), { fetches, feeds }), {
    isInitialized: () => true,
    hasContainer: () => true,
  });
  const wanted = flow.fetches.filter((value) => value !== null);
  return splitIntoParts(flow.nodes, wanted, engine).map(({ isHost, nodes, inputs, outputs }) => {
    const names = (values: readonly { readonly name: string }[]) => values.map(({ name }) => name).join(" ");
    return `${isHost ? "host" : "engine"}: ${nodes.map(({ op }) => op.name).join(" ")} | ${names(inputs)} | ${names(outputs)}`;
  });
}

it("gives everything to the engine that it takes", () => {
  const v = new tf.Variable([1, 2], { name: "v" });
  const y = tf.add(tf.multiply(v, 2, { name: "a" }), 1, { name: "b" });
  expect(parts([y])).toEqual(["engine: a b | v:0 | b:0"]);
});

it("runs random, printing and string ops on the host, before and after the engine", () => {
  const drawn = tf.randomUniform([2], { name: "r" });
  const shown = tf.Print(tf.add(drawn, 1, { name: "a" }), [drawn], { name: "p" });
  const y = tf.multiply(shown, 2, { name: "m" });
  expect(parts([y])).toEqual([
    "host: r/RandomUniform |  | r/RandomUniform:0",
    "engine: a | r/RandomUniform:0 | a:0",
    "host: p | a:0 r/RandomUniform:0 | p:0",
    "engine: m | p:0 | m:0",
  ]);
});

it("makes no more parts than the longest path has changes, whatever the order of execution", () => {
  const rows = Array.from({ length: 4 }, (_, i) =>
    tf.add(tf.randomUniform([1], { name: `r${i}` }), 1, { name: `a${i}` }),
  );
  expect(parts([tf.addN(rows, { name: "sum" })]).map((part) => part.split(":")[0])).toEqual(["host", "engine"]);
});

it("delays ops on variables until their results are used, so that less crosses", () => {
  const w = new tf.Variable([[1, 2]], { name: "w" });
  const flat = tf.reshape(tf.reshape(w, [2, 1], { name: "f" }), [2], { name: "g" });
  const x = tf.placeholder("float32", [2], { name: "x" });
  const drawn = tf.randomUniform([2], { name: "r" });
  const early = tf.add(x, 1, { name: "e" });
  const shown = tf.Print(tf.add(drawn, early, { name: "a" }), [drawn], { name: "p" });
  const y = tf.add(tf.multiply(shown, flat, { name: "m" }), early, { name: "z" });
  expect(parts([y], undefined, [x])).toEqual([
    "host: r/RandomUniform |  | r/RandomUniform:0",
    "engine: e a | x:0 r/RandomUniform:0 | e:0 a:0",
    "host: p | a:0 r/RandomUniform:0 | p:0",
    "engine: f g m z | w:0 p:0 e:0 | z:0",
  ]);
});

it("keeps from the engine what it refuses", () => {
  const y = tf.add(tf.multiply(tf.constant(2), 3, { name: "m" }), 1, { name: "a" });
  const engine = {
    ...createReferenceEngine(),
    supports: (op: tf.Operation) => (op.type === "Mul" ? "no products" : true) as true | string,
  };
  expect(parts([y], engine)).toEqual(["host: m |  | m:0", "engine: a | m:0 | a:0"]);
});
