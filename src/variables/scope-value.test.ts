/** A variable scope as a value: what it gives and where, whatever is current. What TensorFlow does is recorded beside each case. */
import {
  AsyncScopeError,
  AUTO_REUSE,
  constant,
  explainVariable,
  fixedSizePartitioner,
  Graph,
  GraphFinalizedError,
  getVariable,
  getVariableScope,
  globalVariables,
  nameScope,
  newThread,
  openVariableScope,
  PartitionedVariable,
  resetDefaultGraph,
  Session,
  VariableExistsError,
  VariableNotFoundError,
  type VariableScope,
  variableScope,
  zerosInitializer,
} from "namesake";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

beforeEach(() => resetDefaultGraph());
afterEach(() => resetDefaultGraph());

const zeros = { initializer: zerosInitializer() };
const capture = (name: string): VariableScope => variableScope(name, (scope) => scope);

/** A scope of a graph that is not current. */
function elsewhere(name = "tower"): { readonly graph: Graph; readonly tower: VariableScope } {
  const graph = new Graph();
  return { graph, tower: graph.asDefault(() => capture(name)) };
}

/** Everything that can be current and matters to a variable: nothing, another graph, another scope, the scope itself. */
const situations: readonly (readonly [string, <R>(tower: VariableScope, body: () => R) => R])[] = [
  ["nothing is entered", (_, body) => body()],
  ["another graph is entered", (_, body) => new Graph().asDefault(body)],
  ["a scope of another graph is open", (_, body) => new Graph().asDefault(() => variableScope("other", body))],
  ["another scope is open", (tower, body) => tower.graph.asDefault(() => variableScope("other", body))],
  ["a name scope is open", (tower, body) => tower.graph.asDefault(() => nameScope("named", body))],
  ["the scope is open", (tower, body) => tower.run(body)],
  ["a scope below is open", (tower, body) => tower.run(() => variableScope("below", body))],
  ["it is another thread", (_, body) => newThread(body)],
];

describe("scope.getVariable", () => {
  it.each(situations)("gives the scope's variable in the scope's graph when %s", (_, within) => {
    const { graph, tower } = elsewhere();
    const w = within(tower, () => tower.getVariable("w", [2], zeros));
    expect([w.name, w.graph]).toEqual(["tower/w:0", graph]);
    expect(graph.asDefault(() => globalVariables().length)).toBe(1);
    tower.reuseVariables();
    expect(within(tower, () => tower.getVariable("w", [2]))).toBe(w);
    expect(graph.asDefault(() => variableScope("tower", { reuse: true }, () => getVariable("w")))).toBe(w);
  });

  it.each(situations)("leaves what is current as it was when %s", (_, within) => {
    const { tower } = elsewhere();
    const [before, after] = within(tower, () => {
      const first = getVariableScope();
      tower.getVariable("w", [2]);
      return [first, getVariableScope()];
    });
    expect(after).toBe(before);
  });

  // TensorFlow 2.21: foo.get_variable(store, "w", [2]) inside of tf.name_scope("n") and tf.variable_scope("bar")
  it("makes the ops that TensorFlow makes, outside of all name scopes", () => {
    const { graph, tower } = elsewhere("foo");
    graph.asDefault(() => nameScope("n", () => variableScope("bar", () => tower.getVariable("w", [2]))));
    expect(graph.operations.map((op) => op.name)).toEqual([
      "foo/w/Initializer/random_uniform/shape",
      "foo/w/Initializer/random_uniform/min",
      "foo/w/Initializer/random_uniform/max",
      "foo/w/Initializer/random_uniform/RandomUniform",
      "foo/w/Initializer/random_uniform/sub",
      "foo/w/Initializer/random_uniform/mul",
      "foo/w/Initializer/random_uniform",
      "foo/w",
      "foo/w/Assign",
      "foo/w/read",
    ]);
  });

  // TensorFlow 2.21: the block after foo.get_variable opens name scope foo_1, the one after a block with tf.get_variable foo_3
  it("uses up no name scope, where a block does", () => {
    const foo = capture("foo");
    foo.getVariable("w", [2]);
    expect(foo.run(() => constant(1).name)).toBe("foo_1/Const:0");
    foo.run(() => getVariable("x", [1]));
    expect(foo.run(() => constant(1).name)).toBe("foo_3/Const:0");
  });

  it("counts no scope, not even those that a custom getter opens", () => {
    const seen: string[] = [];
    const a = capture("a");
    a.setCustomGetter((getter, name, options) => {
      variableScope(null, { defaultName: "d" }, (scope) => seen.push(scope.name));
      return getter(name, options);
    });
    a.getVariable("p", [1]);
    a.getVariable("q", [1]);
    a.run(() => variableScope(null, { defaultName: "d" }, (scope) => seen.push(scope.name)));
    expect(seen).toEqual(["a/d", "a/d", "a/d"]);
  });

  it("shows its scope to custom getters and initializers as the current one", () => {
    const { graph, tower } = elsewhere();
    const seen: unknown[] = [];
    const note = (): unknown => seen.push([getVariableScope().name, getVariableScope().graph === graph]);
    new Graph().asDefault(() =>
      tower.getVariable("w", [1], {
        customGetter: (getter, name, options) => {
          note();
          return getter(name, options);
        },
        initializer: (shape: readonly number[]) => {
          note();
          return zeros.initializer(shape);
        },
      }),
    );
    expect(seen).toEqual([
      ["tower", true],
      ["tower", true],
    ]);
  });

  it("takes the scope's defaults as they are at the call", () => {
    const { tower } = elsewhere();
    expect(tower.getVariable("a", [1]).dtype.name).toBe("float32_ref");
    tower.setDtype("float64");
    tower.setUseResource(true);
    tower.setPartitioner(fixedSizePartitioner(2));
    const parts = tower.getVariable("b", [4]) as unknown;
    if (!(parts instanceof PartitionedVariable)) throw new Error("not partitioned");
    expect([...parts].map((part) => [part.name, part.dtype.name, part.isResource])).toEqual([
      ["tower/b/part_0:0", "float64", true],
      ["tower/b/part_1:0", "float64", true],
    ]);
  });

  it("takes the scope's constraint, as it is a variable directly in it", () => {
    const constraint = (value: unknown): unknown => value;
    const scope = variableScope("s", { constraint: constraint as never }, (inside) => inside);
    expect(scope.getVariable("v", [1]).constraint).toBe(constraint);
  });

  it("follows the scope's own reuse, not that of the scope around the call", () => {
    const { graph, tower } = elsewhere();
    const shared = graph.asDefault(() => variableScope("auto", { reuse: AUTO_REUSE }, (scope) => scope));
    expect(shared.getVariable("v", [1])).toBe(shared.getVariable("v", [1]));
    graph.asDefault(() => variableScope("other", { reuse: true }, () => tower.getVariable("new", [1])));
    expect(() => tower.getVariable("new", [1])).toThrow(VariableExistsError);
    tower.reuseVariables();
    expect(() => tower.getVariable("newer", [1])).toThrow(VariableNotFoundError);
  });

  it("is there for the root scope, too", () => {
    const root = getVariableScope();
    const v = variableScope("below", () => root.getVariable("v", [1]));
    expect(v.name).toBe("v:0");
  });

  it("is there for a scope that was opened with using", () => {
    const scope = openVariableScope("open");
    const v = scope.getVariable("v", [1]);
    scope.close();
    expect([v.name, scope.getVariable("w", [1]).name]).toEqual(["open/v:0", "open/w:0"]);
  });

  it("shares in a finalized graph, and creates nothing there", () => {
    const { graph, tower } = elsewhere();
    const v = tower.getVariable("v", [1]);
    graph.finalize();
    expect(() => tower.getVariable("w", [1])).toThrow(GraphFinalizedError);
    tower.reuseVariables();
    expect(tower.getVariable("v")).toBe(v);
  });

  it("gives all ops of a variable the place of the call", () => {
    const { graph, tower } = elsewhere();
    tower.getVariable("v", [1], zeros);
    const sites = new Set(graph.operations.map((op) => op.site));
    expect(sites.size).toBe(1);
    expect(String([...sites][0])).toContain("scope-value.test.ts");
  });

  it("tells in its errors of the scope that was asked, where it was opened, and how to share", () => {
    const { graph, tower } = elsewhere();
    tower.getVariable("v", [1]);
    const ask = (): unknown => tower.getVariable("v", [1]);
    const error = thrownBy(() => graph.asDefault(() => variableScope("other", ask)));
    const lines = error.message.split("\n");
    const opened = String(tower.site);
    expect(lines.filter((line) => /^ {2}scopes|^ {16}root/.test(line))).toEqual([
      `  scopes        'tower'  reuse false, opened at ${opened}`,
      "                root     reuse false",
    ]);
    expect(error.message).toContain("scope.reuseVariables()   between the two calls, with scope = 'tower'");
    // The calls that led to the request; the scope was opened elsewhere.
    const requested = error.message.slice(error.message.indexOf("requested"), error.message.indexOf("scopes"));
    expect(requested).toContain(" in ask");
    expect(requested).not.toContain(opened);
  });

  it("is reported as what made the variable", () => {
    const { tower } = elsewhere();
    const v = tower.getVariable("v", [1]);
    expect(explainVariable(v).definition?.scope).toBe("tower");
  });

  it("makes variables that run", async () => {
    const { graph, tower } = elsewhere();
    const v = tower.getVariable("v", { initializer: [1, 2] });
    const session = new Session({ graph });
    await session.run(v.initializer);
    expect(String(await session.run(v))).toBe("[1. 2.]");
    session.close();
  });
});

function thrownBy(body: () => unknown): Error {
  try {
    body();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("nothing was thrown");
}

describe("scope.run", () => {
  it.each(situations)("enters the scope in its own graph when %s, and leaves it", (_, within) => {
    const { graph, tower } = elsewhere();
    within(tower, () => {
      const before = getVariableScope();
      const seen = tower.run((scope) => [scope.name, getVariableScope() === scope, constant(1).graph === graph]);
      expect(seen).toEqual(["tower", true, true]);
      expect(getVariableScope()).toBe(before);
    });
  });

  it("opens the name scopes that variableScope opens", () => {
    const names = (enter: (scope: VariableScope) => string): string[] =>
      new Graph().asDefault(() => {
        const scope = capture("a/b");
        return [enter(scope), nameScope("n", () => enter(scope))];
      });
    expect(names((scope) => scope.run(() => constant(1).name))).toEqual(
      names((scope) => variableScope(scope, () => constant(1).name)),
    );
  });

  it("is left when the body throws", () => {
    const { tower } = elsewhere();
    const fail = (): never => {
      throw new RangeError("mine");
    };
    expect(() => tower.run(fail)).toThrow(RangeError);
    expect(getVariableScope().name).toBe("");
  });

  it("refuses a body that returns a promise", () => {
    expect(() => capture("tower").run(async () => 1)).toThrow(AsyncScopeError);
    expect(getVariableScope().name).toBe("");
  });

  it("opens its scope at the place of the call", () => {
    const { tower } = elsewhere();
    expect(String(tower.run((scope) => scope.site))).toContain("scope-value.test.ts");
  });
});
