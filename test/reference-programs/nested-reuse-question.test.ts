/** The question "How does the reuse option in tf.variable_scope work?": five nested cases, with sessions run inside open scopes. */
import {
  device,
  Graph,
  getVariable,
  globalVariablesInitializer,
  type InitializerLike,
  type NDArray,
  Session,
  VariableExistsError,
  variableScope,
  xavierInitializer,
} from "namesake";
import { describe, expect, it } from "vitest";

function varInit(
  name: string,
  shape: readonly number[],
  initializer: InitializerLike = xavierInitializer(),
  trainable = true,
) {
  return device("/cpu:0", () => getVariable(name, shape, { initializer, trainable }));
}

describe("five nested reuse cases", () => {
  new Graph().asDefault(() => {
    const session = new Session();
    const text = "<tf.Variable 'test1/test2/w1:0' shape=(1, 2) dtype=float32_ref>";
    // The scopes are captured here, outside of any test, as the question's `with … as` does.
    const [test1, test2, w1, value] = variableScope("test1", { reuse: false }, (outer) =>
      variableScope("test2", { reuse: false }, (inner) => {
        const w = varInit("w1", [1, 2]);
        session.runSync(globalVariablesInitializer());
        return [outer, inner, w, session.runSync(w) as NDArray] as const;
      }),
    );
    const graph = session.graph;

    it("1: creates", () => {
      expect(String(w1)).toBe(text);
      expect(value.shape).toEqual([1, 2]);
      expect(w1.device).toBe("/device:CPU:0");
    });

    it("2: shares by name, because a string inherits reuse from the scope around", () => {
      graph.asDefault(() =>
        variableScope("test1", { reuse: true }, () =>
          variableScope("test2", { reuse: false }, () => {
            const w2 = varInit("w1", [1, 2]);
            expect(w2).toBe(w1);
            expect((session.runSync(w2) as NDArray).toArray()).toEqual(value.toArray());
          }),
        ),
      );
    });

    it("3: shares by captured scope that reuses itself", () => {
      graph.asDefault(() =>
        variableScope(test1, { reuse: false }, () =>
          variableScope(test2, { reuse: true }, () => {
            const w3 = varInit("w1", [1, 2]);
            expect(w3).toBe(w1);
            expect((session.runSync(w3) as NDArray).toArray()).toEqual(value.toArray());
          }),
        ),
      );
    });

    it("4: fails, because a captured scope does not inherit reuse from the scope around", () => {
      graph.asDefault(() => {
        const build = () =>
          variableScope(test1, { reuse: true }, () =>
            variableScope(test2, { reuse: false }, () => varInit("w1", [1, 2])),
          );
        expect(build).toThrow(VariableExistsError);
        expect(build).toThrow(/^Variable test1\/test2\/w1 already exists/);
      });
    });

    it("5: fails, because nothing reuses", () => {
      graph.asDefault(() => {
        const build = () =>
          variableScope("test1", { reuse: false }, () =>
            variableScope("test2", { reuse: false }, () => varInit("w1", [1, 2])),
          );
        expect(build).toThrow(VariableExistsError);
        expect(build).toThrow(/^Variable test1\/test2\/w1 already exists/);
      });
    });
  });
});
