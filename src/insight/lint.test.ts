import {
  AUTO_REUSE,
  add,
  addToCollection,
  assign,
  assignAdd,
  assignSub,
  constant,
  controlDependencies,
  type Finding,
  Graph,
  GraphKeys,
  getCollection,
  getVariable,
  globalVariablesInitializer,
  group,
  layers,
  lint,
  makeTemplate,
  multiply,
  nameScope,
  noOp,
  onWarning,
  placeholder,
  Session,
  type Tensor,
  Variable,
  variableScope,
  zerosInitializer,
} from "namesake";
import { describe, expect, it } from "vitest";
import { expectConsole } from "../../test/console-guard.ts";

/** What a program is warned of. `lint` lists the same afterwards. */
function findingsIn(program: (session: Session) => void): Finding[] {
  const found: Finding[] = [];
  const undo = onWarning((finding) => found.push(finding));
  try {
    new Graph().asDefault((graph) => {
      const session = new Session({ graph });
      program(session);
      session.close();
      expect(lint(graph)).toEqual(found);
      expect(lint()).toEqual(found);
    });
  } finally {
    undo();
  }
  return found;
}

function rulesIn(program: (session: Session) => void): string[] {
  return findingsIn(program).map(({ rule }) => rule);
}

const weights = (name: string, shape: readonly number[] = [2]) =>
  getVariable(name, shape, { initializer: zerosInitializer() });

describe("new Variable beside getVariable of the same name in one scope", () => {
  it("is found, whichever comes first", () => {
    const [found, ...others] = findingsIn(() =>
      variableScope("layer", () => {
        weights("w");
        new Variable([0, 0], { name: "w" });
      }),
    );
    expect(others).toEqual([]);
    expect(found?.rule).toBe("variable-beside-shared");
    expect(found?.message).toContain("new Variable() made 'layer/w_1', getVariable() made 'layer/w'");
    expect(found?.sites.map(({ trail }) => trail[0])).toEqual([
      expect.stringMatching(/lint\.test\.ts:\d+/),
      expect.stringMatching(/lint\.test\.ts:\d+/),
    ]);
    expect(
      rulesIn(() =>
        variableScope("layer", () => {
          new Variable([0, 0], { name: "w" });
          weights("w");
        }),
      ),
    ).toEqual(["variable-beside-shared"]);
  });

  it("is found where the scope is opened again and ops get other names", () => {
    const layer = (make: () => unknown) => variableScope("layer", { reuse: AUTO_REUSE }, make);
    expect(
      rulesIn(() => {
        layer(() => weights("w"));
        layer(() => new Variable([0, 0], { name: "w" }));
      }),
    ).toEqual(["variable-beside-shared"]);
  });

  it("is not what other names, other scopes and name scopes make", () => {
    expect(
      rulesIn(() => {
        variableScope("layer", () => {
          weights("w");
          new Variable([0], { name: "v" });
          new Variable([0]);
          nameScope("slots", () => new Variable([0], { name: "w" }));
        });
        variableScope("other", () => new Variable([0], { name: "w" }));
        new Variable([0], { name: "w" });
        new Variable([0], { name: "w" });
      }),
    ).toEqual([]);
  });

  it("is found in a place once", () => {
    expect(
      rulesIn(() => {
        for (let i = 0; i < 3; i += 1) {
          variableScope(`layer${i}`, () => {
            weights("w");
            new Variable([0, 0], { name: "w" });
          });
        }
      }),
    ).toEqual(["variable-beside-shared"]);
  });
});

/** A layer without a name of its own. */
function dense(x: Tensor, size = 2): Tensor {
  return variableScope(null, { defaultName: "dense" }, () => add(x, weights("bias", [size])));
}

describe("a reusing scope that makes a variable because of a default name", () => {
  it("is found", () => {
    const model = (x: Tensor) => dense(x);
    const [found, ...others] = findingsIn(() => {
      const x = placeholder("float32", [2]);
      variableScope("net", { reuse: AUTO_REUSE }, () => {
        model(x);
        model(x);
      });
    });
    expect(others).toEqual([]);
    expect(found?.rule).toBe("created-by-default-name");
    expect(found?.message).toContain("'net/dense_1/bias'");
    expect(found?.message).toContain("'net/dense/bias' is not shared");
  });

  it("is found where a tower has several layers, of other sizes", () => {
    const rules = rulesIn(() => {
      const x = placeholder("float32", [2, 4]);
      const tower = (): Tensor => {
        const hidden = layers.dense(x, 3);
        return layers.dense(hidden, 2);
      };
      variableScope("net", { reuse: AUTO_REUSE }, () => [tower(), tower()]);
    });
    expect([...new Set(rules)]).toEqual(["created-by-default-name"]);
  });

  it("is found further inside of the numbered scope", () => {
    const block = () => variableScope(null, { defaultName: "block" }, () => variableScope("inner", () => weights("w")));
    expect(
      rulesIn(() =>
        variableScope("net", { reuse: AUTO_REUSE }, () => {
          block();
          block();
        }),
      ),
    ).toEqual(["created-by-default-name"]);
  });

  it("is not what entering the scope anew for each call makes: there the layer is shared", () => {
    expect(
      rulesIn(() => {
        const x = placeholder("float32", [2]);
        const net = () => variableScope("net", { reuse: AUTO_REUSE }, () => dense(dense(x, 2), 1));
        net();
        net();
      }),
    ).toEqual([]);
  });

  it("is not what layers of a scope without reuse, of other sizes, or with names make", () => {
    expect(
      rulesIn(() => {
        const x = placeholder("float32", [2]);
        variableScope("plain", () => dense(dense(x)));
        variableScope("sizes", { reuse: AUTO_REUSE }, () => dense(dense(x, 2), 1));
        const named = (name: string) => variableScope(name, () => weights("bias"));
        variableScope("named", { reuse: AUTO_REUSE }, () => [named("first"), named("second"), named("first")]);
        const template = makeTemplate("template", () => weights("bias"));
        variableScope("templates", { reuse: AUTO_REUSE }, () => [template(), template()]);
      }),
    ).toEqual([]);
  });
});

describe("update ops that a step which trains does not run", () => {
  /** Weights that a step changes, and a moving average that belongs to it. */
  function model() {
    const w = weights("w");
    const average = getVariable("average", [2], { trainable: false });
    addToCollection(GraphKeys.UPDATE_OPS, assign(average, multiply(w, 2)));
    return { w, average };
  }

  it.each([false, true])("are found (resource variables: %j)", (useResource) => {
    const [found, ...others] = findingsIn((session) =>
      variableScope("model", { useResource }, () => {
        const { w } = model();
        session.runSync(globalVariablesInitializer());
        session.runSync(assignSub(w, [1, 1]));
      }),
    );
    expect(others).toEqual([]);
    expect(found?.rule).toBe("update-ops-not-run");
    expect(found?.message).toContain("none of the graph's 1 update op (");
  });

  it("are found when the graph names the op that trains", () => {
    expect(
      rulesIn((session) => {
        model();
        const train = noOp({ name: "train" });
        addToCollection(GraphKeys.TRAIN_OP, train);
        session.runSync(train);
      }),
    ).toEqual(["update-ops-not-run"]);
  });

  it("are not missed where the step depends on them or fetches them", () => {
    expect(
      rulesIn((session) => {
        const { w } = model();
        session.runSync(globalVariablesInitializer());
        const updates = getCollection(GraphKeys.UPDATE_OPS) as Tensor[];
        session.runSync(controlDependencies(updates, () => assignSub(w, [1, 1])));
        session.runSync([group(assignSub(w, [1, 1]) as Tensor), updates]);
      }),
    ).toEqual([]);
  });

  it("are not missed by steps that initialize, set, count or read", () => {
    expect(
      rulesIn((session) => {
        const { w, average } = model();
        const steps = getVariable("steps", [], { trainable: false, initializer: zerosInitializer() });
        session.runSync(globalVariablesInitializer());
        session.runSync(assign(w, [3, 4]));
        session.runSync(assignAdd(steps, 1));
        session.runSync(assignAdd(average, [1, 1]));
        session.runSync(w);
      }),
    ).toEqual([]);
  });

  it("are of no interest in a graph that has none", () => {
    expect(
      rulesIn((session) => {
        const w = weights("w");
        session.runSync(globalVariablesInitializer());
        session.runSync(assignSub(w, [1, 1]));
      }),
    ).toEqual([]);
  });
});

describe("a graph that grows between runs of the same fetches", () => {
  it("is found, with the growth per run and the place", () => {
    const [found, ...others] = findingsIn((session) => {
      const x = placeholder("float32", []);
      const y = multiply(x, 2, { name: "y" });
      for (let i = 0; i < 10; i += 1) {
        add(constant(i), 1, { name: "forgotten" });
        session.runSync(y, [[x, i]]);
      }
    });
    expect(others).toEqual([]);
    expect(found?.rule).toBe("growing-graph");
    expect(found?.message).toContain("grows by 3 ops before each run of 'y:0'");
    expect(found?.sites[0]?.trail[0]).toMatch(/lint\.test\.ts:\d+/);
  });

  it("is found where each run fetches a new op of the same name", () => {
    expect(
      rulesIn((session) => {
        const w = weights("w");
        session.runSync(globalVariablesInitializer());
        for (let i = 0; i < 10; i += 1) session.runSync(assign(w, [i, i]));
      }),
    ).toEqual(["growing-graph"]);
  });

  it("is not what a loop over a finished graph makes", () => {
    expect(
      rulesIn((session) => {
        const x = placeholder("float32", []);
        const y = multiply(x, 2);
        for (let i = 0; i < 50; i += 1) session.runSync(y, [[x, i]]);
      }),
    ).toEqual([]);
  });

  it("is not what a program makes that builds, runs, and builds on", () => {
    expect(
      rulesIn((session) => {
        const x = constant(1);
        const y = add(x, 1);
        session.runSync(y);
        add(y, 1);
        session.runSync(y);
        multiply(y, 2);
        session.runSync(y);
        for (let i = 0; i < 10; i += 1)
          session.runSync(variableScope(`net${i}`, () => add(y, i, { name: `sum${i}x` })));
      }),
    ).toEqual([]);
  });

  it("is one for each session", () => {
    expect(
      rulesIn((session) => {
        const y = add(constant(1), 1);
        for (let i = 0; i < 10; i += 1) {
          constant(i);
          new Session({ graph: session.graph }).runSync(y);
        }
      }),
    ).toEqual([]);
  });
});

describe("warnings", () => {
  const mistake = () =>
    variableScope("layer", () => {
      weights("w");
      new Variable([0, 0], { name: "w" });
    });

  it("go to the console, once for each graph and place", () => {
    expectConsole("warn", /^namesake: Two variables of one name.*\[variable-beside-shared\]/);
    new Graph().asDefault(mistake);
  });

  it("can be turned off, and on again; lint lists what was found in between", () => {
    const undo = onWarning("off");
    const graph = new Graph();
    graph.asDefault(mistake);
    undo();
    expect(lint(graph).map(({ rule }) => rule)).toEqual(["variable-beside-shared"]);
    expectConsole("warn", /Two variables of one name/);
    new Graph().asDefault(mistake);
  });

  it("print what was done where, and what to do", () => {
    const [found] = findingsIn(mistake);
    const lines = String(found).split("\n");
    expect(lines[1]).toBe('  new Variable(…, { name: "w" })');
    expect(lines[2]).toMatch(/^ {4}.*lint\.test\.ts:\d+:\d+/);
    expect(lines.at(-1)).toContain('to share one variable: getVariable("w", …) in both places');
  });
});
