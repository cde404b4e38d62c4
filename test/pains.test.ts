/** What users of variable sharing suffer most, by what they see: each works here, or is told with what to do. */
import {
  AUTO_REUSE,
  type BaseVariable,
  constant,
  controlDependencies,
  type Finding,
  Graph,
  GraphKeys,
  gather,
  getCollection,
  getVariable,
  getVariableScope,
  globalVariables,
  globalVariablesInitializer,
  layers,
  nn,
  type Operation,
  onesInitializer,
  onWarning,
  placeholder,
  reduceSum,
  Session,
  type Tensor,
  train,
  trainableVariables,
  variableScope,
  zeros,
} from "namesake";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { caught } from "./failure-of.ts";

let found: Finding[] = [];
let silence: () => void = () => undefined;

beforeEach(() => {
  found = [];
  silence = onWarning((finding) => found.push(finding));
});

afterEach(() => silence());

/** Runs a program in a graph of its own. */
function inNewGraph<R>(program: (session: Session) => R): R {
  return new Graph().asDefault((graph) => {
    const session = new Session({ graph });
    try {
      return program(session);
    } finally {
      session.close();
    }
  });
}

const names = (): string[] => globalVariables().map(({ name }) => name);
const rules = (): string[] => found.map(({ rule }) => rule);

/** Optimizers that keep something for each variable, and those that do not. */
const optimizers: Readonly<Record<string, () => train.Optimizer>> = {
  GradientDescent: () => new train.GradientDescentOptimizer(0.1),
  Momentum: () => new train.MomentumOptimizer(0.1, 0.9),
  Nesterov: () => new train.MomentumOptimizer(0.1, 0.9, { useNesterov: true }),
  Adagrad: () => new train.AdagradOptimizer(0.1),
  AdagradDA: () => new train.AdagradDAOptimizer(0.1, train.getOrCreateGlobalStep()),
  Adadelta: () => new train.AdadeltaOptimizer({ learningRate: 1 }),
  RMSProp: () => new train.RMSPropOptimizer(0.1),
  "centered RMSProp": () => new train.RMSPropOptimizer(0.1, { centered: true, momentum: 0.5 }),
  Adam: () => new train.AdamOptimizer({ learningRate: 0.1 }),
  AdamW: () => new train.AdamWOptimizer(0.1, { learningRate: 0.1 }),
  Ftrl: () => new train.FtrlOptimizer(0.1),
  ProximalGradientDescent: () => new train.ProximalGradientDescentOptimizer(0.1),
  ProximalAdagrad: () => new train.ProximalAdagradOptimizer(0.1),
};

/** Where users build their optimizers: after a second tower has turned reuse on. */
const reusingScopes: Readonly<Record<string, (body: () => void) => void>> = {
  "a scope that reuses": (body) => variableScope("net", { reuse: true }, body),
  "a scope that makes or reuses": (body) => variableScope("net", { reuse: AUTO_REUSE }, body),
  "the root, after reuseVariables()": (body) => {
    getVariableScope().reuseVariables();
    body();
  },
  "a scope in a scope that reuses": (body) =>
    variableScope("tower", { reuse: true }, () => variableScope("inner", () => body())),
};

describe("Variable …/Adam/ does not exist, or was not created with get_variable()", () => {
  /** Two steps of an optimizer that is built in a scope; what the variables are then. */
  function trained(make: () => train.Optimizer, within: (body: () => void) => void, useResource: boolean): unknown {
    return inNewGraph((session) => {
      const scope = getVariableScope();
      scope.setUseResource(useResource);
      const [w, table] = variableScope("net", () => [
        getVariable("w", [2, 2], { initializer: onesInitializer() }),
        getVariable("table", [3, 2], { initializer: onesInitializer() }),
      ]);
      // Outside: the step of AdagradDA is the program's own.
      train.getOrCreateGlobalStep();
      const rows = gather(table as BaseVariable, constant([2, 0, 2], { dtype: "int32" }));
      const loss = reduceSum(nn.l2Loss(w as BaseVariable).add(nn.l2Loss(rows)));
      let step: Operation | null = null;
      within(() => {
        step = make().minimize(loss, { varList: [w, table] as BaseVariable[] });
      });
      session.runSync(globalVariablesInitializer());
      for (let i = 0; i < 2; i += 1) session.runSync(step as unknown as Operation);
      return session.runSync([w, table] as BaseVariable[]).map((value) => value.toArray());
    });
  }

  for (const [place, within] of Object.entries(reusingScopes)) {
    for (const useResource of [false, true]) {
      it.each(Object.keys(optimizers))(`%s trains in ${place} (resource variables: ${useResource})`, (name) => {
        const make = optimizers[name] as () => train.Optimizer;
        expect(trained(make, within, useResource)).toEqual(trained(make, (body) => body(), useResource));
      });
    }
  }

  it("a second optimizer, in the same scope or after the first, has slots and powers of its own", () => {
    inNewGraph((session) => {
      variableScope("net", () => getVariable("w", [], { initializer: onesInitializer() }));
      const made = ["first", "second"].map(() =>
        variableScope("net", { reuse: true }, () => {
          const optimizer = new train.AdamOptimizer();
          return { optimizer, step: optimizer.minimize(nn.l2Loss(getVariable("w", []))) };
        }),
      );
      const slots = made.flatMap(({ optimizer }) => optimizer.variables());
      expect(new Set(slots).size).toBe(8);
      session.runSync(globalVariablesInitializer());
      for (const { step } of made) session.runSync(step);
      expect(slots.map(({ trainable }) => trainable)).toEqual(slots.map(() => false));
      expect(trainableVariables().map(({ name }) => name)).toEqual(["net/w:0"]);
    });
  });

  it("moving averages of variables and tensors are made in a scope that reuses", () => {
    inNewGraph((session) => {
      variableScope("net", () => getVariable("w", [], { initializer: onesInitializer() }));
      variableScope("net", { reuse: true }, () => {
        const w = getVariable("w", []);
        const loss = nn.l2Loss(w);
        const averages = new train.ExponentialMovingAverage(0.5, { zeroDebias: true });
        const update = averages.apply([w, loss]);
        session.runSync(globalVariablesInitializer());
        session.runSync(update);
        const results = [averages.average(w), averages.average(loss)] as BaseVariable[];
        expect(session.runSync(results).map((value) => value.item())).toEqual([1, 0.5]);
      });
    });
  });

  it("two towers that share everything train with one optimizer, built beside the second", () => {
    inNewGraph((session) => {
      const x = placeholder("float32", [null, 3]);
      const tower = (): Tensor => layers.dense(layers.dense(x, 4, { name: "hidden" }), 1, { name: "out" });
      const first = variableScope("siamese", () => tower());
      variableScope("siamese", { reuse: true }, () => {
        const loss = reduceSum(first.sub(tower()).add(1));
        const step = new train.AdamOptimizer().minimize(loss);
        session.runSync(globalVariablesInitializer());
        session.runSync(step, [[x, [[1, 2, 3]]]]);
      });
      expect(trainableVariables().map(({ name }) => name)).toEqual([
        "siamese/hidden/kernel:0",
        "siamese/hidden/bias:0",
        "siamese/out/kernel:0",
        "siamese/out/bias:0",
      ]);
    });
  });
});

describe("layers do not share although reuse is on", () => {
  const tower = (x: Tensor): Tensor => layers.dense(layers.dense(x, 4), 2);

  it("makes each layer anew, and says so with both places and the fix", () => {
    inNewGraph(() => {
      const x = placeholder("float32", [null, 3]);
      variableScope("net", { reuse: AUTO_REUSE }, () => [tower(x), tower(x)]);
      expect(names()).toContain("net/dense_2/kernel:0");
    });
    const [first] = found;
    expect(first?.rule).toBe("created-by-default-name");
    expect(first?.message).toContain("Made 'net/dense_2/kernel' although the scope reuses");
    expect(first?.message).toContain("'net/dense/kernel' is not shared");
    expect(first?.sites.map(({ trail }) => trail[0])).toEqual([
      expect.stringMatching(/pains\.test\.ts:\d+/),
      expect.stringMatching(/pains\.test\.ts:\d+/),
    ]);
    expect(first?.fix).toContain("a name for the layer");
  });

  it.each([
    ["a name for the layer", (x: Tensor) => layers.dense(x, 4, { name: "fc" })],
    ["a layer object", (x: Tensor, layer: layers.Dense) => layer.apply(x)],
  ] as const)("%s mends it", (_, call) => {
    inNewGraph(() => {
      const x = placeholder("float32", [null, 3]);
      const layer = new layers.Dense(4);
      variableScope("net", { reuse: AUTO_REUSE }, () => [call(x, layer), call(x, layer)]);
      expect(names()).toHaveLength(2);
    });
    expect(rules()).toEqual([]);
  });

  it("entering the scope anew for each call mends it", () => {
    inNewGraph(() => {
      const x = placeholder("float32", [null, 3]);
      const net = (): Tensor => variableScope("net", { reuse: AUTO_REUSE }, () => tower(x));
      net();
      net();
      expect(names()).toHaveLength(4);
    });
    expect(rules()).toEqual([]);
  });

  it("with reuse: true it is an error, which names the variable that was meant", () => {
    const { message } = caught(() =>
      inNewGraph(() => {
        const x = placeholder("float32", [null, 3]);
        variableScope("net", () => tower(x));
        variableScope("net", { reuse: true }, () => [tower(x), tower(x)]);
      }),
    );
    expect(message).toContain("Variable net/dense_2/kernel does not exist");
    expect(message).toContain("'net/dense/kernel'");
    expect(message).toContain("default name");
  });
});

describe("Trying to share variable …/kernel, but specified shape … and found shape …", () => {
  const { rnnCell } = nn;
  const x = (): Tensor => placeholder("float32", [2, 5, 3], { name: "x" });

  it("a second cell in one scope says how to share and how not to", () => {
    const { message } = caught(() =>
      inNewGraph(() =>
        variableScope("rnn", (scope) => {
          for (const cell of [new rnnCell.BasicLSTMCell(4), new rnnCell.BasicLSTMCell(4)])
            cell(zeros([2, 3]), cell.zeroState(2, "float32"), { scope });
        }),
      ),
    );
    expect(message).toContain("Variable rnn/kernel already exists, disallowed.");
    expect(message.match(/pains\.test\.ts:\d+/g)?.length).toBeGreaterThanOrEqual(2);
    expect(message).toContain("this is another BasicLSTMCell in the scope of an earlier cell");
  });

  it("a cell that shares with one of other inputs tells the widths and both places", () => {
    const { message } = caught(() =>
      inNewGraph(() => {
        const first = new rnnCell.BasicLSTMCell(4);
        first(zeros([2, 3]), first.zeroState(2, "float32"));
        const second = new rnnCell.BasicLSTMCell(4, { reuse: true });
        second(zeros([2, 7]), second.zeroState(2, "float32"));
      }),
    );
    expect(message).toContain("specified shape (11, 16) and found shape (7, 16)");
    expect(message.match(/pains\.test\.ts:\d+/g)?.length).toBeGreaterThanOrEqual(2);
    expect(message).toContain("which are 7 wide, and was made for inputs that are 3 wide");
  });

  it.each(["BasicRNNCell", "GRUCell", "BasicLSTMCell", "LSTMCell"] as const)(
    "one %s object for two layers tells the widths of both inputs and both places",
    (type) => {
      const { message } = caught(() =>
        inNewGraph(() => {
          const cell = new rnnCell[type](4) as unknown as nn.rnnCell.RNNCell;
          nn.dynamicRnn(new rnnCell.MultiRNNCell([cell, cell]), x(), { dtype: "float32" });
        }),
      );
      expect(message).toMatch(/^Dimensions must be equal, but are (8 and 7|7 and 8)/);
      expect(message).toContain(`this ${type} was made for inputs that are 3 wide`);
      expect(message).toContain("now they are 4 wide");
      expect(message).toMatch(/pains\.test\.ts:\d+[\s\S]*pains\.test\.ts:\d+/);
      expect(message).toContain("a cell object for each layer");
    },
  );
});

describe("steps get slower and slower", () => {
  it("a train op that is made in the loop is found, with its place and the fix", () => {
    inNewGraph((session) => {
      const w = getVariable("w", [2], { initializer: onesInitializer() });
      const loss = nn.l2Loss(w);
      session.runSync(globalVariablesInitializer());
      for (let i = 0; i < 8; i += 1) session.runSync(new train.GradientDescentOptimizer(0.1).minimize(loss));
    });
    expect(rules()).toEqual(["growing-graph"]);
    expect(found[0]?.message).toMatch(/^The graph grows by \d+ ops before each run of 'GradientDescent/);
    expect(found[0]?.sites[0]?.trail[0]).toMatch(/pains\.test\.ts:\d+/);
    expect(found[0]?.fix).toContain("build everything before the loop");
  });

  it("an assignment that is made in the loop is found", () => {
    inNewGraph((session) => {
      const w = getVariable("rate", [], { initializer: onesInitializer() });
      session.runSync(globalVariablesInitializer());
      for (let i = 0; i < 8; i += 1) session.runSync(w.assign(1 / (i + 1)));
    });
    expect(rules()).toEqual(["growing-graph"]);
    expect(found[0]?.sites[0]?.trail[0]).toMatch(/pains\.test\.ts:\d+/);
  });

  it("graph.finalize() makes it an error", () => {
    const { message } = caught(() =>
      inNewGraph((session) => {
        const w = getVariable("w", [2], { initializer: onesInitializer() });
        session.graph.finalize();
        w.assign([1, 2]);
      }),
    );
    expect(message).toContain("Graph is finalized and cannot be modified.");
  });

  it("a loop over a finished graph is no finding", () => {
    inNewGraph((session) => {
      const w = getVariable("w", [2], { initializer: onesInitializer() });
      const step = new train.GradientDescentOptimizer(0.1).minimize(nn.l2Loss(w));
      session.runSync(globalVariablesInitializer());
      for (let i = 0; i < 50; i += 1) session.runSync(step);
    });
    expect(rules()).toEqual([]);
  });
});

describe("the moving statistics of batch normalization stay as they are", () => {
  /** Two towers that share a network with batch normalization; the step that trains them. */
  function towers(wrap: (minimize: () => Operation) => Operation): Operation {
    const x = placeholder("float32", [4, 3], { name: "x" });
    const tower = (): Tensor =>
      variableScope("net", { reuse: AUTO_REUSE }, () =>
        layers.batchNormalization(layers.dense(x, 2, { name: "fc" }), { training: true, name: "norm" }),
      );
    const loss = nn.l2Loss(tower().sub(tower()).add(1));
    return wrap(() => new train.MomentumOptimizer(0.1, 0.9).minimize(loss));
  }

  const batch = [[1, 2, 3], [4, 5, 7], [0, 1, 0], [2, 2, 2]]; // biome-ignore format: rows

  function run(session: Session, step: Operation): number {
    session.runSync(globalVariablesInitializer());
    session.runSync(step, [["x:0", batch]]);
    const moving = globalVariables().find(({ name }) => name === "net/norm/moving_variance:0") as BaseVariable;
    return session.runSync(moving.readValue()).at(0) as number;
  }

  it("is told when a step trains without them", () => {
    inNewGraph((session) => {
      expect(
        run(
          session,
          towers((minimize) => minimize()),
        ),
      ).toBe(1);
    });
    expect(rules()).toEqual(["update-ops-not-run"]);
    expect(found[0]?.message).toContain("none of the graph's 4 update ops (");
    expect(found[0]?.message).toContain("moving averages stay as they are");
    expect(found[0]?.fix).toContain("controlDependencies(getCollection(GraphKeys.UPDATE_OPS)");
    expect(found[0]?.sites.map(({ trail }) => trail[0])).toEqual([
      expect.stringMatching(/pains\.test\.ts:\d+/),
      expect.stringMatching(/pains\.test\.ts:\d+/),
    ]);
  });

  it("the fix that it names mends it", () => {
    inNewGraph((session) => {
      const step = towers((minimize) =>
        controlDependencies(getCollection(GraphKeys.UPDATE_OPS) as Operation[], minimize),
      );
      expect(run(session, step)).not.toBe(1);
    });
    expect(rules()).toEqual([]);
  });
});
