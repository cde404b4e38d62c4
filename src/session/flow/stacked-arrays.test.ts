/** Tensor arrays in loops: those that are stacked values to the engine, and those that stay arrays; all of them give what the interpreter gives. */
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import * as tf from "../../index.ts";

const recoveries: string[] = [];
const onnxRuntime = createOnnxRuntimeEngine({ onRecovery: ({ reason }) => recoveries.push(reason) });
afterAll(() => onnxRuntime.close());

beforeEach(() => {
  tf.resetDefaultGraph();
  recoveries.length = 0;
});

/** The results, or the error's first line, of the interpreter, of regions by kernels, and of ONNX Runtime; and where the last ran. */
async function compare(fetch: tf.Tensor, feeds: tf.Feeds): Promise<{ result: unknown; places: readonly string[] }> {
  const engines = [tf.createReferenceEngine(), { ...tf.createReferenceEngine(), runsRegions: true }, onnxRuntime];
  const outcomes: unknown[] = [];
  let places: readonly string[] = [];
  for (const engine of engines) {
    const session = new tf.Session({ engine });
    await session.run(tf.globalVariablesInitializer());
    const metadata: { parts?: readonly { readonly runsOn: string }[] } = {};
    try {
      const result = await session.run(fetch, feeds, { metadata });
      outcomes.push([result.shape, result.toArray()]);
    } catch (error) {
      outcomes.push((error as Error).message.split("\n")[0]?.replace(/_\d+:/, "_N:").replace(/_\d+ /, "_N "));
    }
    places = metadata.parts?.map(({ runsOn }) => runsOn) ?? [];
  }
  expect(outcomes[1]).toEqual(outcomes[0]);
  expect(outcomes[2]).toEqual(outcomes[0]);
  return { result: outcomes[0], places };
}

const rowCount = (x: tf.Tensor): tf.Tensor => tf.shape(x).at("0");
const array = (size: tf.Tensor | number): tf.TensorArray =>
  new tf.TensorArray("float32", { size: typeof size === "number" ? tf.constant(size, { dtype: "int32" }) : size });

interface Loop {
  readonly from?: number;
  readonly count: tf.Tensor | number;
  readonly into: tf.TensorArray;
}

/** A loop that writes an element in each iteration. */
function collect(
  { from = 0, count, into }: Loop,
  element: (i: tf.Tensor, written: tf.TensorArray) => tf.Tensor,
): tf.TensorArray {
  const [, last] = tf.whileLoop(
    (i: tf.Tensor) => tf.less(i, count),
    (i: tf.Tensor, written: tf.TensorArray) => [i.add(1), written.write(i, element(i, written))],
    [tf.constant(from, { dtype: "int32" }), into],
  ) as unknown as readonly [tf.Tensor, tf.TensorArray];
  return last;
}

function map(x: tf.Tensor, f: (row: tf.Tensor) => tf.Tensor): tf.Tensor {
  const count = rowCount(x);
  const rows = array(count).unstack(x);
  return collect({ count, into: array(count) }, (i) => f(rows.read(i))).stack() as tf.Tensor;
}

const x = () => tf.placeholder("float32", [null, 3], { name: "x" });
const someRows = tf.ndarray([
  [1, 2, 3],
  [4, 5, 6],
]);
const noRows = tf.ndarray([], "float32").reshape([0, 3]);

describe("arrays that a loop reads or writes in order run inside ONNX's loop", () => {
  it("read and written", async () => {
    const rows = x();
    const doubled = map(rows, (row) => row.mul(2).add(tf.reduceSum(row)));
    expect(await compare(doubled, [[rows, someRows]])).toEqual({
      result: [
        [2, 3],
        [
          [8, 10, 12],
          [23, 25, 27],
        ],
      ],
      places: ["onnxruntime"],
    });
    expect((await compare(doubled, [[rows, noRows]])).result).toEqual([[0, 3], []]);
    expect(recoveries).toEqual([]);
  });

  it("nested", async () => {
    const rows = x();
    const squares = map(rows, (row) => tf.reduceSum(map(row, (one) => one.mul(one))));
    expect(await compare(squares, [[rows, someRows]])).toEqual({ result: [[2], [14, 77]], places: ["onnxruntime"] });
    expect(recoveries).toEqual([]);
  });

  it("written before the loop and in it, as scan does without an initial value", async () => {
    const rows = x();
    const count = rowCount(rows);
    const elements = array(count).unstack(rows);
    const first = elements.read(0);
    const [, , sums] = tf.whileLoop(
      (i: tf.Tensor) => tf.less(i, count),
      (i: tf.Tensor, sum: tf.Tensor, written: tf.TensorArray) => {
        const next = sum.add(elements.read(i));
        return [i.add(1), next, written.write(i, next)];
      },
      [tf.constant(1, { dtype: "int32" }), first, array(count).write(0, first)],
    ) as unknown as readonly [tf.Tensor, tf.Tensor, tf.TensorArray];
    const { result, places } = await compare(sums.stack() as tf.Tensor, [[rows, someRows]]);
    expect(places).toEqual(["onnxruntime"]);
    expect(result).toEqual([
      [2, 3],
      [
        [1, 2, 3],
        [5, 7, 9],
      ],
    ]);
  });
});

describe("arrays in other loops stay arrays", () => {
  it("written backwards", async () => {
    const written = tf.whileLoop(
      (i: tf.Tensor) => tf.greaterEqual(i, 0),
      (i: tf.Tensor, to: tf.TensorArray) => [i.sub(1), to.write(i, tf.cast(i, "float32"))],
      [tf.constant(2, { dtype: "int32" }), array(3)],
    ) as unknown as readonly [tf.Tensor, tf.TensorArray];
    const { result, places } = await compare(written[1].stack() as tf.Tensor, []);
    expect(result).toEqual([[3], [0, 1, 2]]);
    expect(places[0]).toBe("host");
  });

  it("with writes of variables in the loop", async () => {
    const rows = x();
    const count = tf.getVariable("count", [], { initializer: tf.zerosInitializer() });
    const numbered = map(rows, (row) => row.add(tf.assignAdd(count, 1)));
    expect((await compare(numbered, [[rows, someRows]])).result).toEqual([
      [2, 3],
      [
        [2, 3, 4],
        [6, 7, 8],
      ],
    ]);
  });

  it("read where they were written in the loop", async () => {
    const sums = collect({ from: 1, count: 4, into: array(4).write(0, 1) }, (i, written) =>
      written.read(i.sub(1)).add(1),
    );
    expect((await compare(sums.stack() as tf.Tensor, [])).result).toMatch(/Could not read/);
  });
});

describe("what fails has TensorFlow's text", () => {
  it("an element that was never written, unless its shape is known", async () => {
    const short = collect({ count: 2, into: array(3) }, (i) => tf.cast(i, "float32").add(1));
    expect((await compare(short.stack() as tf.Tensor, [])).result).toEqual([[3], [1, 2, 0]]);
    const any = new tf.TensorArray("float32", { size: tf.constant(3, { dtype: "int32" }), inferShape: false });
    const unknown = collect({ count: 2, into: any }, (i) => tf.cast(i, "float32"));
    expect((await compare(unknown.stack() as tf.Tensor, [])).result).toMatch(/Could not read from TensorArray index 2/);
  });

  it("a place outside of the array", async () => {
    const long = collect({ count: 4, into: array(3) }, (i) => tf.cast(i, "float32"));
    expect((await compare(long.stack() as tf.Tensor, [])).result).toMatch(
      /Tried to write to index 3 but array is not resizeable/,
    );
  });

  it("elements of different shapes", async () => {
    const uneven = collect(
      {
        count: 3,
        into: new tf.TensorArray("float32", { size: tf.constant(3, { dtype: "int32" }), inferShape: false }),
      },
      (i) => tf.fill(tf.expandDims(i, 0), 1),
    );
    expect((await compare(uneven.stack() as tf.Tensor, [])).result).toMatch(/inconsistent shapes|shape/);
  });
});
