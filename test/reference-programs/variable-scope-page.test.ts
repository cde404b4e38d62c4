/** The examples of the reference page of `tf.variable_scope`, retyped, with their published outcomes. */
import {
  AUTO_REUSE,
  constant,
  Graph,
  getVariable,
  getVariableScope,
  multiply,
  newThread,
  VariableExistsError,
  VariableNotFoundError,
  variableScope,
} from "namesake";
import { describe, expect, it } from "vitest";

function inNewGraph(body: () => void): void {
  new Graph().asDefault(body);
}

describe("variable_scope", () => {
  it("creates a new variable", () => {
    inNewGraph(() => {
      const v = variableScope("foo", () => variableScope("bar", () => getVariable("v", [1])));
      expect(v.name).toBe("foo/bar/v:0");
    });
  });

  it("shares a variable with AUTO_REUSE", () => {
    inNewGraph(() => {
      const foo = () => variableScope("foo", { reuse: AUTO_REUSE }, () => getVariable("v", [1]));
      const v1 = foo();
      expect(foo()).toBe(v1);
    });
  });

  it("shares a variable with reuse: true", () => {
    inNewGraph(() => {
      const v = variableScope("foo", () => getVariable("v", [1]));
      expect(variableScope("foo", { reuse: true }, () => getVariable("v", [1]))).toBe(v);
    });
  });

  it("shares a variable by capturing a scope and setting reuse", () => {
    inNewGraph(() => {
      variableScope("foo", (scope) => {
        const v = getVariable("v", [1]);
        scope.reuseVariables();
        expect(getVariable("v", [1])).toBe(v);
      });
    });
  });

  it("raises for an existing variable in a non-reusing scope", () => {
    inNewGraph(() => {
      variableScope("foo", () => {
        getVariable("v", [1]);
        expect(() => getVariable("v", [1])).toThrow(VariableExistsError);
      });
    });
  });

  it("raises for a missing variable in reuse mode", () => {
    inNewGraph(() => {
      expect(() => variableScope("foo", { reuse: true }, () => getVariable("v", [1]))).toThrow(VariableNotFoundError);
    });
  });

  it("does not let reuse affect the names of other ops", () => {
    inNewGraph(() => {
      const build = (reuse: boolean) =>
        variableScope("foo", { reuse }, () => multiply(constant(1), getVariable("v", []), { name: "mult" }));
      expect([build(false).op.name, build(true).op.name]).toEqual(["foo/mult", "foo_1/mult"]);
    });
  });

  it("makes a default name unique in the same scope", () => {
    inNewGraph(() => {
      const layer = () => variableScope(null, { defaultName: "layer" }, (scope) => scope.name);
      expect([layer(), layer()]).toEqual(["layer", "layer_1"]);
    });
  });

  it("treats false like null", () => {
    inNewGraph(() => {
      variableScope("outer", { reuse: true }, () =>
        variableScope("inner", { reuse: false }, () => expect(getVariableScope().reuse).toBe(true)),
      );
    });
  });
});

describe("threads", () => {
  it("do not see another thread's scope, but share the store", () => {
    inNewGraph(() => {
      variableScope("main", () => {
        getVariable("v", [1]);
        newThread(() => {
          expect(getVariableScope().name).toBe("");
          expect(() => variableScope("main", () => getVariable("v", [1]))).toThrow(VariableExistsError);
        });
      });
    });
  });

  it("make default names unique for themselves only", () => {
    inNewGraph(() => {
      const layer = () => variableScope(null, { defaultName: "layer" }, (scope) => scope.name);
      expect([layer(), newThread(layer), layer()]).toEqual(["layer", "layer", "layer_1"]);
    });
  });

  it("keep a prefix by re-entering the captured scope", () => {
    inNewGraph(() => {
      const name = variableScope("main", (mainThreadScope) =>
        newThread(() => variableScope(mainThreadScope, () => getVariable("w", [1]).name)),
      );
      expect(name).toBe("main/w:0");
    });
  });
});
