/**
 * The misuse matrix: every function that looks at what is current, in every situation in which programs use it by mistake.
 * A cell says what is thrown (class and first line), or that the call is legal and what it gives. Legal cells are as in TensorFlow.
 */
import * as tf from "namesake";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeThings, type Row, rows, type ScopeRow, scopeRows, type Things } from "./misuse-rows.ts";

let undo = (): void => undefined;
beforeEach(() => {
  // Mistakes that are no errors have tests of their own.
  undo = tf.onWarning("off");
  tf.resetDefaultGraph();
});
afterEach(() => {
  undo();
  tf.resetDefaultGraph();
});

/** Errors about scopes and graphs, whose texts say how to mend them. */
const ownErrors: ReadonlySet<string> = new Set([
  "AsyncScopeError",
  "GraphFinalizedError",
  "ScopeClosedError",
  "ScopeNestingError",
  "GraphError",
]);

/** What a call gives or throws, in short. */
function outcome(call: () => unknown): string {
  try {
    return `legal: ${resultText(call())}`;
  } catch (error) {
    if (!(error instanceof tf.NamesakeError)) throw error;
    const [first = "", ...more] = error.message.split("\n");
    if (ownErrors.has(error.name)) expect(more.length, `lines that help: ${error.message}`).toBeGreaterThan(0);
    return `${error.name}: ${first.replace(/ \(graphs are .*\)\.$/, "")}`;
  }
}

function resultText(result: unknown): string {
  const name = (result as { readonly name?: unknown } | null | undefined)?.name;
  return typeof name === "string" ? `'${name}'` : String(result);
}

const all: Readonly<Record<string, Row>> = { ...rows, ...scopeRows };

const finalized = "GraphFinalizedError: Graph is finalized and cannot be modified.";
const escaped = "ScopeClosedError: variable scope 'left' was opened with `using` and is still open after an await.";

const noSession = {
  "tensor.eval, no session":
    "ArgumentError: Cannot evaluate tensor using `eval()`: No default session is registered. Use `with sess.as_default()` or pass an explicit session to `eval(session=sess)`",
  "op.run, no session":
    "ArgumentError: Cannot execute operation using `run()`: No default session is registered. Use `with sess.as_default():` or pass an explicit session to `run(session=sess)`",
};

/** What each function gives where it is used well. */
const used: Readonly<Record<string, string>> = {
  "getVariable, new": "legal: 'new:0'",
  "getVariable, from a tensor": "legal: 'new:0'",
  "getVariable, shared": "legal: 'ref:0'",
  "scope.getVariable": "legal: 'captured/new:0'",
  "scope.getVariable, from a tensor": "legal: 'captured/new:0'",
  "scope.getVariable, shared": "legal: 'captured/shared:0'",
  "scope.run": "legal: 'captured_1/inside:0'",
  getLocalVariable: "legal: 'local:0'",
  "new Variable": "legal: 'made:0'",
  getVariableScope: "legal: ''",
  makeTemplate: "legal: other",
  "template call": "legal: 'template/inside:0'",
  "op without inputs": "legal: 'made:0'",
  "op with inputs": "legal: 'made:0'",
  "operator method": "legal: 'add:0'",
  "variable as operand": "legal: 'made:0'",
  convertToTensor: "legal: 'Const:0'",
  assign: "legal: 'made:0'",
  "variable.assign": "legal: 'made'",
  cond: "legal: 'cond/Merge:0'",
  whileLoop: "legal: 'while/Exit:0'",
  group: "legal: 'made'",
  globalVariablesInitializer: "legal: 'init'",
  variablesInitializer: "legal: 'init'",
  addToCollection: "legal: undefined",
  getCollection: "legal: 0",
  globalVariables: "legal: 4",
  setRandomSeed: "legal: undefined",
  getDefaultGraph: "legal: true",
  resetDefaultGraph: "legal: undefined",
  "graph.getTensorByName": "legal: 'x:0'",
  "new Session": "legal: true",
  "session.run": "legal: 1",
  "session.run, fed": "legal: 3",
  "session.makeCallable": "legal: 1",
  "tensor.eval, session given": "legal: 1",
  "tensor.eval, default session": "legal: 1",
  "op.run, default session": "legal: undefined",
  ...noSession,
  "variable.load": "legal: undefined",
  explainScope: "legal: ",
  explainVariable: "legal: ref",
  summarize: "legal: 4",
  ties: "legal: 0",
  lint: "legal: 0",
  variableScope: "legal: opened/inside:0",
  "variableScope, captured": "legal: captured_1/inside:0",
  nameScope: "legal: opened/inside:0",
  device: "legal: inside:0",
  controlDependencies: "legal: inside:0",
  colocateWith: "legal: inside:0",
  container: "legal: inside:0",
  initScope: "legal: inside:0",
  variableCreatorScope: "legal: inside:0",
  "graph.asDefault": "legal: inside:0",
};

describe("without a graph, the thread's own graph is made when it is first needed", () => {
  it.each(Object.keys(all))("%s", (name) => {
    const things = makeThings();
    expect(things.graph).toBe(tf.getDefaultGraph());
    expect(outcome(() => (all[name] as Row).call(things))).toBe(used[name]);
  });
});

/** What needs no new op, or none that is not there: legal in a graph that nothing can be added to. */
const legalWhenFinalized: ReadonlySet<string> = new Set([
  "getVariable, shared",
  "scope.getVariable, shared",
  "getVariableScope",
  "makeTemplate",
  "template call",
  "getCollection",
  "globalVariables",
  "setRandomSeed",
  "getDefaultGraph",
  "graph.getTensorByName",
  "new Session",
  "session.run",
  "session.run, fed",
  "session.makeCallable",
  "tensor.eval, session given",
  "tensor.eval, default session",
  "op.run, default session",
  ...Object.keys(noSession),
  "variable.load",
  "explainScope",
  "explainVariable",
  "summarize",
  "ties",
  "lint",
]);

const nested =
  "StackNestingError: Do not use tf.reset_default_graph() to clear nested graphs. If you need a cleared graph, exit the nesting and create a new graph.";

describe("in a finalized graph, whatever would add to it is refused", () => {
  it.each(Object.keys(all))("%s", (name) => {
    new tf.Graph().asDefault((graph) => {
      const things = makeThings();
      graph.finalize();
      const { length } = graph.operations;
      const expected = name === "resetDefaultGraph" ? nested : legalWhenFinalized.has(name) ? used[name] : finalized;
      expect(outcome(() => (all[name] as Row).call(things))).toBe(expected);
      expect(graph.operations).toHaveLength(length);
    });
  });
});

const otherX = `Tensor("x:0", shape=(), dtype=float32)`;
const otherRef = `Tensor("ref:0", shape=(2,), dtype=float32_ref)`;
const mixed = (one: string, other: string) => `GraphError: ${one} must be from the same graph as ${other}`;
const notHere = (one: string) =>
  `ArgumentError: Argument \`fetch\` = ${one} cannot be interpreted as a Tensor. (Tensor ${one} is not an element of this graph.)`;

/** What each function does with a thing of another graph. */
const foreign: Readonly<Record<string, string>> = {
  "getVariable, new": mixed(otherX, `Tensor("new:0", shape=(), dtype=float32_ref)`),
  // As in TensorFlow, the tensor chooses the graph: the variable is made there.
  "getVariable, from a tensor": "legal: 'new:0'",
  // A scope has a graph of its own, whatever is current. A tensor still chooses.
  "scope.getVariable": "legal: false",
  "scope.run": "legal: false",
  "scope.getVariable, from a tensor": "legal: 'captured/new:0'",
  "new Variable": mixed(otherX, `Tensor("made:0", shape=(), dtype=float32_ref)`),
  // A template opens its scope in the current graph, and makes its variables there.
  "template call": "legal: 'template/inside:0'",
  "op with inputs": mixed(otherX, otherX),
  "operator method": mixed(otherX, otherX),
  "variable as operand": mixed(
    `Tensor("ref/read:0", shape=(2,), dtype=float32)`,
    `Tensor("ref/read:0", shape=(2,), dtype=float32)`,
  ),
  convertToTensor: "legal: 'x:0'",
  assign: mixed(otherRef, otherRef),
  "variable.assign": mixed(otherX, `Tensor("resource:0", shape=(), dtype=resource)`),
  cond: mixed(`Tensor("cond/pred_id:0", shape=(), dtype=bool)`, otherX),
  whileLoop: mixed(otherX, `Tensor("while/Identity:0", shape=(), dtype=float32)`),
  group: mixed(otherX, otherX),
  variablesInitializer: mixed("<tf.Operation 'ref/Assign' type=Assign>", "<tf.Operation 'ref/Assign' type=Assign>"),
  // Collections hold anything.
  addToCollection: "legal: undefined",
  "graph.getTensorByName": `GraphError: Tensor ${otherX} is not an element of this graph.`,
  "session.run": notHere(otherX),
  "session.run, fed": `ArgumentTypeError: Cannot interpret feed_dict key as Tensor: Tensor ${otherX} is not an element of this graph.`,
  "session.makeCallable": notHere(otherX),
  "tensor.eval, session given":
    "ArgumentError: Cannot use the given session to evaluate tensor: the tensor's graph is different from the session's graph.",
  "tensor.eval, default session":
    "ArgumentError: Cannot use the default session to evaluate tensor: the tensor's graph is different from the session's graph. Pass an explicit session to `eval(session=sess)`.",
  "op.run, default session":
    "ArgumentError: Cannot use the default session to execute operation: the operation's graph is different from the session's graph. Pass an explicit session to `run(session=sess)`.",
  "variable.load": `ArgumentTypeError: Cannot interpret feed_dict key as Tensor: Tensor Tensor("ref/Initializer/zeros:0", shape=(2,), dtype=float32) is not an element of this graph.`,
  explainScope: "legal: captured/",
  explainVariable: "legal: ref",
  summarize: "legal: 4",
  ties: "legal: 0",
  lint: "legal: 0",
  // The values choose the graph of the scope.
  variableScope: "legal: true",
  // A captured scope lends its name and defaults; variables are made in the current graph.
  "variableScope, captured": "legal: true",
  nameScope: mixed(otherX, otherX),
  controlDependencies: `GraphError: Tensor ${otherX} is not an element of this graph.`,
  // As in TensorFlow, only the name is taken.
  colocateWith: "legal: loc:@x",
  "graph.asDefault": "legal: true",
};

describe("with a thing of another graph", () => {
  const taking = Object.keys(all).filter((name) => all[name]?.foreign !== undefined);

  it.each(taking)("%s", (name) => {
    const other = new tf.Graph().asDefault(makeThings);
    new tf.Graph().asDefault(() => {
      const things = makeThings();
      expect(outcome(() => all[name]?.foreign?.(things, other))).toBe(foreign[name]);
    });
  });

  it("every function that takes one is listed", () => {
    expect(taking.sort()).toEqual(Object.keys(foreign).sort());
  });
});

/** What looks at nothing that is current: legal wherever it is called. */
const looksAtNothing: ReadonlySet<string> = new Set([
  "graph.getTensorByName",
  "session.run",
  "session.run, fed",
  "session.makeCallable",
  "tensor.eval, session given",
  "variable.load",
]);

describe("while a scope that was opened with `using` is still open after an await", () => {
  it.each(Object.keys(all))("%s", async (name) => {
    const things = makeThings();
    const left = tf.openVariableScope("left");
    await Promise.resolve();
    const call = () => (all[name] as Row).call(things);
    expect(outcome(call)).toBe(looksAtNothing.has(name) ? used[name] : escaped);
    if (looksAtNothing.has(name)) {
      expect(outcome(() => left.close())).toMatch(
        /^ScopeClosedError: variable scope 'left' was opened with `using` and closed after an await\.$/,
      );
    } else {
      // The scope was given up: the next call is outside of it, and closing it says nothing more.
      expect(outcome(call)).toBe(used[name]);
      expect(outcome(() => left.close())).toBe("legal: undefined");
    }
    expect(tf.getVariableScope().name).toBe("");
  });
});

const label: Readonly<Record<string, string>> = {
  variableScope: "variable scope 'opened'",
  "variableScope, captured": "variable scope 'captured'",
  nameScope: "name scope 'opened'",
  device: "device '/cpu:0'",
  controlDependencies: "controlDependencies",
  colocateWith: "colocateWith",
  container: "container 'place'",
  initScope: "initScope",
  variableCreatorScope: "variable creator scope",
  "graph.asDefault": "graph.asDefault()",
};

/** What is current, as far as a program sees it. */
function current(): unknown {
  const { op } = tf.constant(0, { name: "probe" });
  return [
    tf.getVariableScope().name,
    tf.getDefaultGraph().getNameScope(),
    op.name.replace(/_\d+$/, ""),
    op.device,
    op.controlInputs.length,
    op.attrs["_class"],
  ];
}

describe.each(Object.keys(scopeRows))("%s", (name) => {
  const row = scopeRows[name] as ScopeRow;
  const inGraph = (body: (things: Things) => void): void => {
    new tf.Graph().asDefault(() => {
      const things = makeThings();
      const before = current();
      body(things);
      expect(current()).toEqual(before);
    });
  };

  it("refuses a block that returns a promise, and is left", () => {
    inGraph((things) => {
      expect(outcome(() => row.block(things, async () => 1))).toBe(
        `AsyncScopeError: The body of ${label[name]} returned a promise; graph building is synchronous.`,
      );
    });
  });

  it("is left when its block throws", () => {
    inGraph((things) => {
      expect(() =>
        row.block(things, () => {
          throw new Error("mine");
        }),
      ).toThrow("mine");
    });
  });

  it("is closed once", () => {
    inGraph((things) => {
      const scope = row.open(things);
      scope.close();
      expect(outcome(() => scope.close())).toBe(`ScopeClosedError: ${label[name]} was closed already.`);
      expect(outcome(() => scope[Symbol.dispose]())).toBe(`ScopeClosedError: ${label[name]} was closed already.`);
    });
  });

  it("is closed after the scopes inside of it", () => {
    inGraph((things) => {
      const outer = row.open(things);
      const inner = tf.openNameScope("inner");
      expect(outcome(() => outer.close())).toBe(`ScopeNestingError: Improper nesting of ${label[name]}.`);
      inner.close();
      outer.close();
    });
  });

  it("says so at the next use when it is open after an await", async () => {
    const things = makeThings();
    const scope = row.open(things);
    await Promise.resolve();
    expect(outcome(() => tf.getVariable("w", [1]))).toBe(
      `ScopeClosedError: ${label[name]} was opened with \`using\` and is still open after an await.`,
    );
    expect(outcome(() => scope.close())).toBe("legal: undefined");
    expect(tf.getVariable("w", [1]).name).toBe("w:0");
  });

  it("says so when it is closed after an await", async () => {
    const scope = row.open(makeThings());
    await Promise.resolve();
    expect(outcome(() => scope.close())).toBe(
      `ScopeClosedError: ${label[name]} was opened with \`using\` and closed after an await.`,
    );
    expect(tf.getVariable("w", [1]).name).toBe("w:0");
  });

  if (row.make)
    it("is not left more often than it was entered", () => {
      inGraph((things) => {
        const scope = row.make?.(things) as tf.AmbientScope<unknown>;
        const expected =
          /^ScopeNestingError: (?:Improper nesting of|Exiting variable_creator_scope without proper nesting)/;
        expect(outcome(() => scope.exit())).toMatch(expected);
        scope.enter();
        scope.exit();
        expect(outcome(() => scope.exit())).toMatch(expected);
      });
    });

  if (row.make)
    it("can be entered again, also inside of itself", () => {
      inGraph((things) => {
        const scope = row.make?.(things) as tf.AmbientScope<unknown>;
        scope.enter();
        scope.enter();
        scope.exit();
        scope.exit();
        scope.enter();
        scope.exit();
      });
    });
});

describe("scopes that are entered and left by hand, out of order", () => {
  it("are told for variable scopes and variable creators", () => {
    new tf.Graph().asDefault(() => {
      for (const make of [
        () => tf.makeVariableScope("a"),
        () => tf.makeVariableCreatorScope((next, options) => next(options)),
      ]) {
        const [outer, inner] = [make(), make()];
        outer.enter();
        inner.enter();
        expect(outcome(() => outer.exit())).toMatch(
          /^ScopeNestingError: (?:Improper nesting of variable_scope\.|Exiting variable_creator_scope without proper nesting\.)$/,
        );
      }
    });
  });

  it("put back what they have changed, as in TensorFlow, for all others", () => {
    new tf.Graph().asDefault((graph) => {
      const [outer, inner] = [tf.makeNameScope("outer"), tf.makeNameScope("inner")];
      outer.enter();
      inner.enter();
      outer.exit();
      expect(graph.getNameScope()).toBe("");
      inner.exit();
      expect(graph.getNameScope()).toBe("outer");
    });
  });

  it("are told for graphs", () => {
    const outer = new tf.Graph().openAsDefault();
    const inner = new tf.Graph().openAsDefault();
    expect(outcome(() => outer.close())).toBe("ScopeNestingError: Improper nesting of graph.asDefault().");
    inner.close();
    outer.close();
  });
});

describe("a scope that was closed", () => {
  it("is over for whatever is called afterwards", () => {
    new tf.Graph().asDefault(() => {
      const scope = tf.openVariableScope("closed");
      scope.close();
      expect([tf.getVariable("w", [1]).name, tf.constant(1).name]).toEqual(["w:0", "Const:0"]);
    });
  });

  it("can be captured and entered again: it is a value", () => {
    new tf.Graph().asDefault(() => {
      const scope = tf.openVariableScope("closed");
      const w = tf.getVariable("w", [1]);
      scope.close();
      expect(tf.variableScope(scope, { reuse: true }, () => tf.getVariable("w"))).toBe(w);
    });
  });

  it("is the scope that is current while it is open", () => {
    new tf.Graph().asDefault(() => {
      const scope = tf.openVariableScope("open", { reuse: tf.AUTO_REUSE });
      expect(tf.getVariableScope()).toBe(scope);
      expect([scope.name, scope.reuse]).toEqual(["open", tf.AUTO_REUSE]);
      scope.close();
    });
  });
});

describe("a session that was closed", () => {
  const closed = "SessionError: Attempted to use a closed Session.";

  it.each<[string, (things: Things) => unknown, string]>([
    ["session.run", ({ session, x }) => session.runSync(x), closed],
    ["session.makeCallable", ({ session, x }) => session.makeCallable(x), closed],
    ["tensor.eval, session given", ({ session, x }) => x.evalSync({ session }), closed],
    ["tensor.eval, default session", ({ session, x }) => session.asDefault(() => x.evalSync()), closed],
    ["op.run, default session", ({ session, x }) => session.asDefault(() => x.op.runSync()), closed],
    ["variable.load", ({ session, variable }) => variable.loadSync([1, 2], session), closed],
    ["session.close", ({ session }) => session.close(), "legal: undefined"],
    ["an op builder", ({ x }) => tf.add(x, 1), "legal: 'Add:0'"],
  ])("%s", (_, call, expected) => {
    new tf.Graph().asDefault(() => {
      const things = makeThings();
      things.session.close();
      expect(outcome(() => call(things))).toBe(expected);
    });
  });
});

describe("a function of the user's that returns a promise", () => {
  const later = async (): Promise<never> => Promise.resolve(1 as never);
  const refused = (what: string) => `AsyncScopeError: ${what} returned a promise; graph building is synchronous.`;
  const noValue = "AsyncScopeError: A promise cannot become a tensor; graph building is synchronous.";

  it.each<[string, (things: Things) => unknown, string]>([
    ["initializer", () => tf.getVariable("a", [1], { initializer: later as never }), noValue],
    ["initial value", () => new tf.Variable(later), noValue],
    ["operand", ({ x }) => tf.add(x, later() as never), noValue],
    ["custom getter", () => tf.getVariable("a", [1], { customGetter: later }), refused("A custom getter")],
    [
      "variable creator",
      () => tf.variableCreatorScope(later as never, () => tf.getVariable("a", [1])),
      refused("A variable creator"),
    ],
    ["regularizer", () => tf.getVariable("a", [1], { regularizer: later as never }), refused("A regularizer")],
    [
      "partitioner",
      () => tf.getVariable("a", [1], { partitioner: later as never }),
      "PartitionError: Partitioner must return a sequence, but saw: [object Promise]",
    ],
    ["device function", () => tf.device(later as never, () => tf.constant(1)), refused("A device function")],
    ["branch", ({ flag, x }) => tf.cond(flag, later as never, () => x), refused("'true_fn' of cond")],
    ["loop condition", ({ x }) => tf.whileLoop(later as never, (i) => i, [x]), refused("'cond' of while_loop")],
    ["loop body", ({ x }) => tf.whileLoop((i) => i.less(3), later as never, [x]), refused("'body' of while_loop")],
    ["template", () => tf.makeTemplate("t", later)(), refused("The body of variable scope 't'")],
    ["newThread", () => tf.newThread(later), refused("The body of newThread()")],
    ["scope.run", ({ scope }) => scope.run(later), refused("The body of variable scope 'captured'")],
    [
      "scope.getVariable's custom getter",
      ({ scope }) => scope.getVariable("a", [1], { customGetter: later }),
      refused("A custom getter"),
    ],
    ["makeVariableScope(…).run", () => tf.makeVariableScope("s").run(later), refused("The body of variable scope 's'")],
    // Sessions are for code that awaits.
    ["session.asDefault", ({ session }) => session.asDefault(later), "legal: [object Promise]"],
  ])("%s", (_, call, expected) => {
    new tf.Graph().asDefault(() => {
      const things = makeThings();
      expect(outcome(() => call(things))).toBe(expected);
    });
  });
});
