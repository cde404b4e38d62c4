/**
 * Random programs of conditionals and loops, nested, with variables of both kinds read and written inside: the interpreter against
 * regions and clusters, by the same kernels and on ONNX Runtime. `FLOW_SEED` and `FLOW_PROGRAMS` choose other programs.
 */
import * as tf from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { afterAll, expect, it } from "vitest";

const firstSeed = Number(process.env["FLOW_SEED"] ?? 4000);
const programCount = Number(process.env["FLOW_PROGRAMS"] ?? 120);

/** Numbers from 0 to 1: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Small whole numbers, so that every engine gives exactly the same. */
const MODULUS = 97;

/** Long enough for clusters to pay. */
const LENGTH = 256;

class ProgramMaker {
  readonly feed = tf.placeholder("int32", [LENGTH], { name: "feed" });
  readonly taken = tf.placeholder("bool", [], { name: "taken" });
  readonly variables: tf.BaseVariable[];
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
    this.variables = [0, 1, 2].map((i) =>
      tf.getVariable(`v${i}`, [LENGTH], {
        dtype: "int32",
        initializer: tf.constantInitializer(i + 1),
        useResource: random() < 0.5,
      }),
    ) as tf.BaseVariable[];
  }

  #upTo(count: number): number {
    return Math.floor(this.#random() * count);
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#upTo(items.length)] as T;
  }

  /** A value made of those that are known. */
  value(known: readonly tf.Tensor[], depth: number): tf.Tensor {
    const kind = this.#random();
    if (kind < 0.5) return this.#arithmetic(known);
    if (kind < 0.62) return this.#write(known);
    if (kind < 0.7) return tf.identity(this.#pick(this.variables).asTensor());
    if (kind < 0.74) return tf.randomUniform([LENGTH], { maxval: 5, dtype: "int32", seed: this.#upTo(100) });
    if (depth === 0) return this.#arithmetic(known);
    return kind < 0.88 ? this.#conditional(known, depth - 1) : this.#loop(known, depth - 1);
  }

  #operand(known: readonly tf.Tensor[]): tf.Tensor | tf.BaseVariable {
    return this.#random() < 0.25 ? this.#pick(this.variables) : this.#pick(known);
  }

  #arithmetic(known: readonly tf.Tensor[]): tf.Tensor {
    const [a, b] = [tf.convertToTensor(this.#operand(known)), tf.convertToTensor(this.#operand(known))];
    const kind = this.#upTo(5);
    if (kind === 0) return tf.floormod(tf.multiply(a, b), MODULUS);
    if (kind === 1) return tf.floormod(tf.add(a, b), MODULUS);
    if (kind === 2) return tf.maximum(a, b);
    return kind === 3
      ? tf.where(tf.greater(a, b), a, tf.floormod(tf.subtract(a, b), MODULUS))
      : tf.floormod(a.add(this.#upTo(5)), MODULUS);
  }

  #write(known: readonly tf.Tensor[]): tf.Tensor {
    const variable = this.#pick(this.variables);
    const value = tf.floormod(this.#pick(known), 7);
    const written = this.#random() < 0.5 ? variable.assign(value) : variable.assignAdd(value);
    return tf.identity(tf.convertToTensor(written as tf.TensorConvertible));
  }

  /** Often the truth of before: conditionals may share their predicate. */
  #truth(known: readonly tf.Tensor[]): tf.Tensor {
    if (this.#random() < 0.4) return this.taken;
    return tf.less(tf.reduceSum(this.#pick(known)), this.#upTo(50 * LENGTH));
  }

  #block(known: readonly tf.Tensor[], depth: number): tf.Tensor {
    const inside = [...known];
    for (let i = this.#upTo(3); i >= 0; i -= 1) this.#step(inside, depth);
    return this.#pick(inside.slice(known.length));
  }

  #step(inside: tf.Tensor[], depth: number): void {
    if (this.#random() < 0.7) inside.push(this.value(inside, depth));
    else tf.controlDependencies([this.#pick(inside)], () => inside.push(this.value(inside, depth)));
  }

  #conditional(known: readonly tf.Tensor[], depth: number): tf.Tensor {
    return tf.cond(
      this.#truth(known),
      () => this.#block(known, depth),
      () => this.#block(known, depth),
    ) as tf.Tensor;
  }

  #loop(known: readonly tf.Tensor[], depth: number): tf.Tensor {
    const count = this.#upTo(4);
    const [, first, second] = tf.whileLoop(
      (i: tf.Tensor) => tf.less(i, count),
      (i: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => [
        i.add(1),
        this.#block([a, b, ...known], depth),
        this.#block([b, a], depth),
      ],
      [tf.constant(0, { dtype: "int32" }), this.#pick(known), this.#pick(known)],
    ) as unknown as readonly [tf.Tensor, tf.Tensor, tf.Tensor];
    return this.#random() < 0.5 ? first : second;
  }

  program(): readonly (readonly tf.Tensor[])[] {
    const made: tf.Tensor[] = [this.feed];
    for (let i = 0; i < 5; i += 1) this.#step(made, 2);
    const fetchable = made.slice(1);
    return Array.from({ length: 3 }, () => [...new Set([this.#pick(fetchable), this.#pick(fetchable)])]);
  }
}

const feedValue = tf.ndarray(
  Array.from({ length: LENGTH }, (_, i) => (i * i) % MODULUS),
  "int32",
);

/** Results of a step, then the variables after it. */
function outcome(session: tf.Session, maker: ProgramMaker, fetches: readonly tf.Tensor[]): unknown {
  const feeds = [
    [maker.feed, feedValue],
    [maker.taken, fetches.length === 1],
  ] as const;
  const result = attempt(() => session.runSync([...fetches], feeds).map((value) => value.toArray()));
  return [result, maker.variables.map((variable) => attempt(() => session.runSync(variable).toArray()))];
}

function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof tf.NamesakeError) return `${error.name}: ${error.message.split("\n")[0]}`;
    throw error;
  }
}

const onnxRuntime = createOnnxRuntimeEngine();
afterAll(() => onnxRuntime.close());

it(`agree on ${programCount} programs from seed ${firstSeed} on`, () => {
  let succeeded = 0;
  for (let seed = firstSeed; seed < firstSeed + programCount; seed += 1) {
    const graph = new tf.Graph();
    graph.asDefault(() => {
      const maker = new ProgramMaker(randomFrom(seed));
      const steps = maker.program();
      const engines = [
        tf.createReferenceEngine(),
        { ...tf.createReferenceEngine(), runsRegions: true },
        // Loading hundreds of models takes its time.
        ...(seed % 4 === 0 ? [onnxRuntime] : []),
      ];
      const initializer = tf.globalVariablesInitializer();
      const sessions = engines.map((engine) => new tf.Session({ engine }));
      const isUnset = seed % 10 === 0;
      if (!isUnset) for (const session of sessions) session.runSync(initializer);
      for (const [i, fetches] of steps.entries()) {
        const [expected, ...others] = sessions.map((session) => outcome(session, maker, fetches)) as [
          unknown[],
          ...unknown[],
        ];
        for (const other of others)
          expect(other, `seed ${seed}, step ${i}: ${fetches.map(({ name }) => name).join(" ")}`).toEqual(expected);
        if (Array.isArray(expected[0])) succeeded += 1;
      }
    });
  }
  // The programs must not be so hostile that nothing is compared.
  expect(succeeded).toBeGreaterThan(1.5 * programCount);
});
