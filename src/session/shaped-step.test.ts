/** Which shapes of feeds a step is compiled for, what is kept of it, and that it changes nothing but time. */
import { beforeEach, describe, expect, it } from "vitest";
import { failureOf } from "../../test/failure-of.ts";
import { createReferenceEngine } from "../engines/reference/engine.ts";
import * as tf from "../index.ts";

beforeEach(() => tf.resetDefaultGraph());

/** An engine that wants shapes to be known, and counts what it compiles. */
class ShapedEngine implements tf.Engine {
  readonly name = "shaped";
  readonly canRunSync = true;
  readonly gainsByShapes = true;
  readonly #inner = createReferenceEngine();
  /** The shapes of the first input of each slice that was compiled. */
  readonly compiled: string[] = [];
  live = 0;

  supports(op: tf.Operation): true | string {
    return this.#inner.supports(op);
  }
  async compile(slice: tf.EngineSlice): Promise<tf.Executable> {
    return this.compileSync(slice);
  }
  compileSync(slice: tf.EngineSlice): tf.Executable {
    const inner = this.#inner.compileSync(slice);
    this.compiled.push(String(slice.inputs[0]?.shape));
    this.live += 1;
    return {
      runSync: (inputs) => inner.runSync(inputs),
      run: (inputs, options) => inner.run(inputs, options),
      release: () => {
        this.live -= 1;
        inner.release();
      },
    };
  }
  fromHost(array: tf.NDArray): tf.EngineValue {
    return this.#inner.fromHost(array);
  }
  toHost(value: tf.EngineValue): tf.NDArray {
    return this.#inner.toHost(value);
  }
  shapeOf(value: tf.EngineValue): readonly number[] {
    return this.#inner.shapeOf(value);
  }
  close(): void {}
}

const rows = (count: number): tf.NDArray => tf.ndarray(Array.from({ length: count }, (_, i) => [i, 1]));

/** A step on rows, and what it gives for so many. */
function rowSums() {
  const engine = new ShapedEngine();
  const session = new tf.Session({ engine });
  const x = tf.placeholder("float32", [null, 2], { name: "x" });
  const sums = tf.reduceSum(tf.multiply(x, 2), { axis: 0 });
  const run = (count: number): void => {
    const last = count - 1;
    expect(session.runSync(sums, [[x, rows(count)]]).toArray()).toEqual([last * count, 2 * count]);
  };
  return { engine, session, run };
}

describe("a step that is fed open shapes", () => {
  it("is compiled for the first two, and once for any others until they come again", () => {
    const { engine, session, run } = rowSums();
    for (const count of [4, 4, 4, 3, 4, 4, 3, 5, 6, 4]) run(count);
    expect(engine.compiled).toEqual(["(4, 2)", "(3, 2)", "(?, 2)"]);
    for (const count of [6, 5, 3, 4, 5, 5]) run(count);
    expect(engine.compiled).toEqual(["(4, 2)", "(3, 2)", "(?, 2)", "(5, 2)"]);
    expect(engine.live).toBe(4);
    session.close();
    expect(engine.live).toBe(0);
  });

  it("has at most four forms for shapes; one that comes more often takes the place of another", () => {
    const { engine, session, run } = rowSums();
    for (let round = 0; round < 10; round += 1) for (const count of [1, 2, 3, 4, 5, 6]) run(count);
    expect(engine.compiled).toEqual(["(1, 2)", "(2, 2)", "(?, 2)", "(3, 2)", "(4, 2)"]);
    for (let i = 0; i < 9; i += 1) run(6);
    expect(engine.compiled.length).toBe(5);
    run(6);
    expect(engine.compiled.slice(5)).toEqual(["(6, 2)"]);
    expect(engine.live).toBe(5);
    session.close();
    expect(engine.live).toBe(0);
  });

  it("forgets shapes that do not come again", () => {
    const { engine, session, run } = rowSums();
    for (let count = 1; count <= 40; count += 1) run(count);
    expect(engine.compiled).toEqual(["(1, 2)", "(2, 2)", "(?, 2)"]);
    expect(engine.live).toBe(1);
    session.close();
    expect(engine.live).toBe(0);
  });

  it("is the same asynchronously, and by callables", async () => {
    const engine = new ShapedEngine();
    await using session = new tf.Session({ engine });
    const x = tf.placeholder("float32", null, { name: "x" });
    const size = session.makeCallable(tf.size(x), [x]);
    expect((await size(rows(3))).item()).toBe(6);
    for (const count of [1, 2]) expect((await size(rows(count))).item()).toBe(2 * count);
    expect(size.runSync(rows(3)).item()).toBe(6);
    // The size of what has a known shape is a constant: nothing is left to compile.
    expect(engine.compiled).toEqual(["<unknown>"]);
  });

  it("has one form where all shapes are known, or where the engine does not ask for shapes", () => {
    const engine = new ShapedEngine();
    using session = new tf.Session({ engine });
    const x = tf.placeholder("float32", [2], { name: "x" });
    const doubled = tf.multiply(x, 2);
    for (let i = 0; i < 3; i += 1) session.runSync(doubled, [[x, [i, 1]]]);
    expect(engine.compiled).toEqual(["(2,)"]);
    const plain = Object.assign(new ShapedEngine(), { gainsByShapes: false });
    using other = new tf.Session({ engine: plain });
    const y = tf.placeholder("float32", [null], { name: "y" });
    const tripled = tf.multiply(y, 3);
    for (const value of [[1], [1], [1, 2]]) other.runSync(tripled, [[y, value]]);
    expect(plain.compiled).toEqual(["(?,)"]);
  });
});

describe("feeds that do not go together", () => {
  it("fail as ever, before and after others that do", () => {
    const engine = new ShapedEngine();
    using session = new tf.Session({ engine });
    const x = tf.placeholder("float32", [null], { name: "x" });
    const y = tf.placeholder("float32", [null], { name: "y" });
    const sum = tf.add(x, y, { name: "sum" });
    const run = (a: number[], b: number[]): tf.Literal =>
      session
        .runSync(sum, [
          [x, a],
          [y, b],
        ])
        .toArray();
    const failure = ["InvalidArgumentError", "Incompatible shapes: [2] vs. [3]"];
    for (let i = 0; i < 4; i += 1) {
      expect(failureOf(() => run([1, 2], [1, 2, 3]))).toEqual(failure);
      expect(run([1, 2], [3, 4])).toEqual([4, 6]);
      expect(run([1], [1, 2, 3])).toEqual([2, 3, 4]);
    }
  });

  it("fail before the step when the placeholder refuses them", () => {
    const { session } = rowSums();
    const [x, sums] = ["x:0", "Sum:0"];
    const [kind, text] = failureOf(() => session.runSync(sums, { [x]: [[1, 2, 3]] }));
    expect(kind).toBe("ValueError");
    expect(text).toBe("Cannot feed value of shape (1, 3) for Tensor x:0, which has shape (?, 2)");
    session.close();
  });
});

describe("what may be other than the graph says", () => {
  it("is not taken for granted: variables of other shapes", () => {
    const engine = new ShapedEngine();
    using session = new tf.Session({ engine });
    const v = new tf.Variable([1, 2], { name: "v" });
    const x = tf.placeholder("float32", [null], { name: "x" });
    const sum = tf.add(v, x);
    const [size] = tf.shapeN([sum]) as [tf.Tensor];
    const wider = tf.assign(v, [1, 2, 3], { validateShape: false });
    session.runSync(v.initializer);
    expect(session.runSync([sum, size], [[x, [1, 1]]]).map((one) => one.toArray())).toEqual([[2, 3], [2]]);
    session.runSync(wider);
    expect(session.runSync([sum, size], [[x, [1, 1, 1]]]).map((one) => one.toArray())).toEqual([[2, 3, 4], [3]]);
    session.runSync(v.initializer);
    expect(session.runSync([sum, size], [[x, [1, 1]]]).map((one) => one.toArray())).toEqual([[2, 3], [2]]);
  });

  it("is not taken for granted: shapes that the program has asserted", () => {
    using session = new tf.Session({ engine: new ShapedEngine() });
    const x = tf.placeholder("float32", null, { name: "x" });
    const flat = tf.reshape(x, [-1]);
    flat.setShape([3]);
    const sum = tf.reduceSum(flat);
    expect(session.runSync(sum, [[x, [1, 2, 3]]]).item()).toBe(6);
    expect(session.runSync(sum, [[x, [1, 2, 3, 4]]]).item()).toBe(10);
  });

  it("is not shown: tensors know what the graph knows", () => {
    using session = new tf.Session({ engine: new ShapedEngine() });
    const x = tf.placeholder("float32", [null, 2], { name: "x" });
    const y = tf.multiply(x, 2);
    session.runSync(y, [[x, rows(3)]]);
    expect(y.shape.asList()).toEqual([null, 2]);
  });
});
