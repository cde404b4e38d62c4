/** Rows of tensors in steps: fetched as a value, fed as one, made dense where a tensor is wanted. Values are TensorFlow's rule: rows that are named twice count twice. */
import {
  add,
  constant,
  createReferenceEngine,
  Graph,
  gather,
  getVariable,
  globalVariablesInitializer,
  gradients,
  IndexedSlices,
  IndexedSlicesValue,
  ndarray,
  Session,
  square,
  variableScope,
} from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { describe, expect, expectTypeOf, it } from "vitest";

const engines = { reference: createReferenceEngine(), "ONNX Runtime": createOnnxRuntimeEngine() };
const ids = (values: readonly number[]) => constant(values, { dtype: "int32" });
const inGraph = (body: () => void) => () => new Graph().asDefault(body);

describe.each(Object.entries(engines))("on %s", (_, engine) => {
  it(
    "are fetched as their value, within any structure",
    inGraph(() => {
      const session = new Session({ engine });
      const rows = new IndexedSlices(constant([[1, 2], [3, 4]]), ids([2, 0]), ids([3, 2])); // biome-ignore format: rows
      const { both } = session.runSync({ both: [rows, constant(5)] as const });
      expectTypeOf(both[0]).toEqualTypeOf<IndexedSlicesValue>();
      expect(both[0]).toBeInstanceOf(IndexedSlicesValue);
      expect(both[0].values.toArray()).toEqual([[1, 2], [3, 4]]); // biome-ignore format: rows
      expect(both[0].indices.toArray()).toEqual([2, 0]);
      expect(both[0].denseShape?.toArray()).toEqual([3, 2]);
      expect(both[1].item()).toBe(5);
    }),
  );

  it(
    "have no dense shape where none is known",
    inGraph(() => {
      const fetched = new Session({ engine }).runSync(new IndexedSlices(constant([1]), ids([2])));
      expect(fetched.denseShape).toBeNull();
    }),
  );

  it(
    "are fed as their value, or as a list of its parts",
    inGraph(() => {
      const session = new Session({ engine });
      const rows = new IndexedSlices(constant([[1, 2]]), ids([2]), ids([3, 2]));
      const whole = add(rows, 0);
      const fed = new IndexedSlicesValue([[5, 6]], [1], [4, 2]);
      expect(session.runSync(whole, [[rows, fed]]).toArray()).toEqual([[0, 0], [5, 6], [0, 0], [0, 0]]); // biome-ignore format: rows
      const parts = [[[7, 8]], [0], [1, 2]];
      expect(session.runSync(whole, [[rows, parts as never]]).toArray()).toEqual([[7, 8]]);
    }),
  );

  for (const useResource of [false, true])
    it(
      `are the gradient of a ${useResource ? "resource" : "reference"} variable of which rows were gathered`,
      inGraph(() => {
        const session = new Session({ engine });
        const table = variableScope(
          "scope",
          { useResource },
          () =>
          getVariable("table", [3, 2], { initializer: () => constant([[1, 2], [3, 4], [5, 6]]) }), // biome-ignore format: rows
        );
        const [gradient] = gradients(square(gather(table, ids([2, 0, 2]))), [table]);
        session.runSync(globalVariablesInitializer());
        const value = session.runSync(gradient as IndexedSlices);
        expect(value.indices.toArray()).toEqual([2, 0, 2]);
        expect(value.values.toArray()).toEqual([[10, 12], [2, 4], [10, 12]]); // biome-ignore format: rows
        expect(value.denseShape?.toArray()).toEqual([3, 2]);
        expect(session.runSync(add(gradient as IndexedSlices, 0)).toArray()).toEqual([[2, 4], [0, 0], [20, 24]]); // biome-ignore format: rows
      }),
    );
});

it(
  "refuse what is no such value",
  inGraph(() => {
    const session = new Session({ engine: engines.reference });
    const rows = new IndexedSlices(constant([1]), ids([2]), ids([3]));
    for (const value of [5, [[1], [2]], new IndexedSlicesValue([1], [2]), ndarray([1])])
      expect(() => session.runSync(rows, [[rows, value as never]])).toThrow(
        "IndexedSlices are fed an IndexedSlicesValue",
      );
  }),
);
