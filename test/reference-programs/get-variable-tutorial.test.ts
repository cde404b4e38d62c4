/** The tutorial "What is the sharing variable?", retyped, with its published outcomes. */
import {
  add,
  constantInitializer,
  Graph,
  getVariable,
  getVariableScope,
  globalVariablesInitializer,
  type NDArray,
  nameScope,
  ndarray,
  Session,
  type Tensor,
  Variable,
  VariableExistsError,
  variableScope,
} from "namesake";
import { describe, expect, it } from "vitest";

function inNewGraph(body: () => void): void {
  new Graph().asDefault(body);
}

describe("tf.Variable", () => {
  it("makes two sets of variables in two calls", () => {
    inNewGraph(() => {
      const seen: string[] = [];
      const addFunction = (): Tensor => {
        const x = new Variable(ndarray(3, "int32"), { name: "x_scalar" });
        const y = new Variable(ndarray(2, "int32"), { name: "y_scalar" });
        seen.push(String(x), String(y));
        return add(x, y, { name: "add_function" });
      };
      const results = [addFunction(), addFunction()];
      expect(seen).toEqual([
        "<tf.Variable 'x_scalar:0' shape=() dtype=int32_ref>",
        "<tf.Variable 'y_scalar:0' shape=() dtype=int32_ref>",
        "<tf.Variable 'x_scalar_1:0' shape=() dtype=int32_ref>",
        "<tf.Variable 'y_scalar_1:0' shape=() dtype=int32_ref>",
      ]);
      expect(results.map(String)).toEqual([
        'Tensor("add_function:0", shape=(), dtype=int32)',
        'Tensor("add_function_1:0", shape=(), dtype=int32)',
      ]);
    });
  });

  it("is shared when it is made once and passed on", () => {
    inNewGraph(() => {
      const x = new Variable(ndarray(3, "int32"), { name: "x_scalar" });
      const y = new Variable(ndarray(2, "int32"), { name: "y_scalar" });
      const results = [add(x, y, { name: "add_function" }), add(x, y, { name: "add_function" })];
      const session = new Session();
      session.runSync(globalVariablesInitializer());
      expect((session.runSync(results) as NDArray[]).map((value) => value.item())).toEqual([5, 5]);
      expect(results.map((result) => result.name)).toEqual(["add_function:0", "add_function_1:0"]);
    });
  });
});

describe("tf.get_variable", () => {
  it("refuses a second variable of the name", () => {
    inNewGraph(() => {
      getVariable("x_scalar", []);
      expect(() => getVariable("x_scalar", [])).toThrow(VariableExistsError);
    });
  });

  it("names variables after the scope", () => {
    inNewGraph(() => {
      const test = getVariable("test_vector", [2]);
      const v = variableScope("test", () => getVariable("v_vector", [2]));
      expect([test.name, test.op.name, v.name, v.op.name]).toEqual([
        "test_vector:0",
        "test_vector",
        "test/v_vector:0",
        "test/v_vector",
      ]);
    });
  });

  it("shares with reuse: true", () => {
    inNewGraph(() => {
      const first = variableScope("test", () => getVariable("var_vector", [2]));
      const second = variableScope("test", { reuse: true }, () => getVariable("var_vector", [2]));
      expect([first.name, second.name]).toEqual(["test/var_vector:0", "test/var_vector:0"]);
      expect(second).toBe(first);
    });
  });

  it("shares after reuse_variables(), of the current or the captured scope", () => {
    inNewGraph(() => {
      variableScope("test", () => {
        const t = getVariable("t_vector", [2]);
        getVariableScope().reuseVariables();
        expect(getVariable("t_vector", [2])).toBe(t);
      });
      variableScope("test", (scope) => {
        const t = getVariable("t_vector1", [2]);
        scope.reuseVariables();
        expect(getVariable("t_vector1", [2])).toBe(t);
        expect(t.name).toBe("test/t_vector1:0");
      });
    });
  });

  it("shares in a function that is called twice, and runs", () => {
    inNewGraph(() => {
      const addFunction = (): readonly [Variable, Variable, Tensor] => {
        const x = getVariable("x_scalar1", [2]);
        const y = getVariable("y_scalar1", [2]);
        return [x, y, add(x, y, { name: "add_function1" })];
      };
      const [x1, y1, result1] = addFunction();
      getVariableScope().reuseVariables();
      const [x2, y2, result2] = addFunction();
      expect(x2).toBe(x1);
      expect(y2).toBe(y1);
      expect([result1.op.name, result2.op.name]).toEqual(["add_function1", "add_function1_1"]);
      const session = new Session();
      session.runSync(globalVariablesInitializer());
      const [value1, value2] = session.runSync([result1, result2]) as NDArray[];
      expect(value2?.toArray()).toEqual(value1?.toArray());
    });
  });
});

describe("scopes", () => {
  it("inherit reuse", () => {
    inNewGraph(() => {
      const seen: unknown[] = [];
      const look = () => seen.push(`${getVariableScope().name} ${String(getVariableScope().reuse)}`);
      variableScope("root1", () => {
        look();
        variableScope("foo2", look);
        variableScope("foo1", { reuse: true }, () => {
          look();
          variableScope("bar1", look);
        });
        look();
      });
      expect(seen).toEqual([
        "root1 false",
        "root1/foo2 false",
        "root1/foo1 true",
        "root1/foo1/bar1 true",
        "root1 false",
      ]);
    });
  });

  it("are captured and re-entered from anywhere", () => {
    inNewGraph(() => {
      const fooScope = variableScope("foo_test", (scope) => scope);
      variableScope("bar_test", () =>
        variableScope("baz_test", (otherScope) => {
          expect(otherScope.name).toBe("bar_test/baz_test");
          variableScope(fooScope, (fooScope2) => {
            expect(fooScope2.name).toBe("foo_test");
            expect(fooScope2.reuse).toBe(false);
          });
        }),
      );
    });
  });

  it("carry a default initializer", () => {
    inNewGraph(() => {
      const variables = variableScope("initiializer", { initializer: constantInitializer(0.4) }, () => [
        getVariable("v", [1]),
        getVariable("w", [1], { initializer: constantInitializer(0.3) }),
        variableScope("initiializer_inherited", () => getVariable("v", [1])),
        variableScope("solely_initiializer", { initializer: constantInitializer(0.2) }, () => getVariable("v", [1])),
      ]);
      const session = new Session();
      session.runSync(globalVariablesInitializer());
      const values = (session.runSync(variables) as NDArray[]).map((value) => value.item());
      expect(values).toEqual([0.4, 0.3, 0.4, 0.2].map(Math.fround));
    });
  });

  it("name ops, and name scopes name only ops", () => {
    inNewGraph(() => {
      const x = variableScope("variable_name", () => add(1.0, getVariable("v", [1]), { name: "add" }));
      expect(x.op.name).toBe("variable_name/add");
      const [v, y] = variableScope("op_name", () =>
        nameScope("name_scope", () => {
          const variable = getVariable("v", [1]);
          return [variable, variable.add(1.0)] as const;
        }),
      );
      expect([v.name, v.op.name]).toEqual(["op_name/v:0", "op_name/v"]);
      expect(y.op.name).toBe("op_name/name_scope/add");
    });
  });
});
