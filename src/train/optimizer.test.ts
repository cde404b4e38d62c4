/** What recorded programs do not show of optimizers: scopes that reuse, own optimizers, settings as functions, weight decay, what users notice. */
import {
  ArgumentError,
  ArgumentTypeError,
  AUTO_REUSE,
  type BaseVariable,
  constant,
  Graph,
  gather,
  getVariable,
  globalVariables,
  globalVariablesInitializer,
  type IndexedSlices,
  MissingAttributeError,
  nn,
  type Operation,
  ones,
  onesInitializer,
  placeholder,
  Session,
  square,
  type Tensor,
  TrainingError,
  train,
  UnsupportedFeatureError,
  variableScope,
  zerosInitializer,
} from "namesake";
import { describe, expect, it } from "vitest";

/** Runs a body in a graph of its own. */
function inNewGraph(body: (session: () => Session) => void): void {
  const sessions: Session[] = [];
  new Graph().asDefault(() =>
    body(() => {
      if (sessions.length === 0) sessions.push(new Session());
      return sessions[0] as Session;
    }),
  );
  for (const session of sessions) session.close();
}

const names = (): string[] => globalVariables().map(({ name }) => name);

describe("slots", () => {
  it("are made in scopes that reuse", () => {
    inNewGraph(() => {
      variableScope("net", () => getVariable("w", [2]));
      const optimizer = new train.AdamOptimizer();
      variableScope("net", { reuse: true }, () => {
        const w = getVariable("w", [2]);
        optimizer.minimize(nn.l2Loss(w));
        expect(optimizer.getSlot(w, "m")?.name).toBe("net/net/w/Adam:0");
      });
      expect(names()).toEqual([
        "net/w:0",
        "net_1/beta1_power:0",
        "net_1/beta2_power:0",
        "net/net/w/Adam:0",
        "net/net/w/Adam_1:0",
      ]);
    });
  });

  it("are nobody else's, also where the scope reuses what there is", () => {
    inNewGraph(() => {
      const slotsOf = (reuse: true | typeof AUTO_REUSE): string[] =>
        variableScope("net", { reuse }, () => {
          const optimizer = new train.MomentumOptimizer(0.1, 0.9);
          optimizer.minimize(nn.l2Loss(getVariable("w", [2])));
          return optimizer.variables().map(({ name }) => name);
        });
      expect(slotsOf(AUTO_REUSE)).toEqual(["net/net/w/Momentum:0"]);
      expect(slotsOf(AUTO_REUSE)).toEqual(["net/net/w/Momentum_1:0"]);
      expect(slotsOf(true)).toEqual(["net/net/w/Momentum_2:0"]);
    });
  });

  it("leave the scope's reuse and partitioner as they are", () => {
    inNewGraph(() => {
      variableScope("net", { reuse: AUTO_REUSE, partitioner: () => [2] }, (scope) => {
        const w = getVariable("w", [2], { partitioner: () => [1] });
        new train.AdagradOptimizer(0.1).minimize(nn.l2Loss([...(w as unknown as Iterable<Tensor>)][0] as Tensor));
        expect([scope.reuse, scope.partitioner === null]).toEqual([AUTO_REUSE, false]);
      });
    });
  });

  it("belong to slices, not to partitioned variables", () => {
    inNewGraph(() => {
      const w = getVariable("w", [4], { partitioner: () => [2] }) as BaseVariable;
      const optimizer = new train.MomentumOptimizer(0.1, 0.9);
      optimizer.minimize(nn.l2Loss(w as never));
      expect(() => optimizer.getSlot(w, "momentum")).toThrow(MissingAttributeError);
      const [, second] = w as unknown as Iterable<BaseVariable>;
      expect(optimizer.getSlot(second as BaseVariable, "momentum")?.saveSliceInfo?.fullName).toBe("w/Momentum");
    });
  });

  it("begin with what the variable's shape is when it runs", () => {
    inNewGraph((session) => {
      const start = placeholder("float32", null);
      const w = getVariable("w", { initializer: start, validateShape: false });
      const loss = nn.l2Loss(w);
      const optimizers = [
        new train.MomentumOptimizer(0.5, 0.5),
        new train.AdagradOptimizer(0.5),
        new train.RMSPropOptimizer(0.5),
      ];
      for (const optimizer of optimizers) optimizer.minimize(loss);
      session().runSync(globalVariablesInitializer(), [[start, [1, 2, 3]]]);
      const slots = optimizers.flatMap((optimizer) => optimizer.variables());
      expect(
        session()
          .runSync(slots)
          .map(({ shape }) => shape),
      ).toEqual([[3], [3], [3], [3]]);
    });
  });
});

describe("an optimizer of one's own", () => {
  class SignDescent extends train.Optimizer {
    readonly rate: number;
    constructor(rate: number) {
      super("SignDescent");
      this.rate = rate;
    }
    protected applyDense(gradient: Tensor, variable: BaseVariable) {
      return variable.assignSub(gradient.div(gradient.abs()).mul(this.rate)) as Tensor;
    }
    protected applySparse(gradient: IndexedSlices, variable: BaseVariable) {
      return this.applyDense(gradient.asTensor(), variable);
    }
  }

  it("tells how a gradient is applied", () => {
    inNewGraph((session) => {
      const w = getVariable("w", { initializer: constant([3, -2]) });
      const op: Operation = new SignDescent(0.5).minimize(nn.l2Loss(w));
      session().runSync(globalVariablesInitializer());
      session().runSync(op);
      expect(session().runSync(w).toArray()).toEqual([2.5, -1.5]);
      expect(op.name).toBe("SignDescent");
    });
  });

  it("gets rows that are named once", () => {
    inNewGraph((session) => {
      const w = getVariable("w", { initializer: constant([[1], [2]]) });
      const loss = nn.l2Loss(gather(w, constant([1, 1], { dtype: "int32" })));
      const op = new SignDescent(1).minimize(loss);
      session().runSync(globalVariablesInitializer());
      // The row without a gradient is divided by 0, as the class says.
      session().runSync(op);
      expect(session().runSync(w).toArray()).toEqual([[Number.NaN], [1]]);
    });
  });
});

describe("settings", () => {
  it("may be functions, asked when gradients are applied", () => {
    inNewGraph((session) => {
      let asked = 0;
      const rate = (): number => {
        asked += 1;
        return 0.5;
      };
      const w = getVariable("w", [], { initializer: onesInitializer() });
      const optimizer = new train.GradientDescentOptimizer(rate);
      expect(asked).toBe(0);
      const op = optimizer.minimize(square(w));
      expect(asked).toBe(1);
      session().runSync(globalVariablesInitializer());
      session().runSync(op);
      expect(session().runSync(w).item()).toBe(0);
    });
  });

  it("that are whole numbers are floating ones", () => {
    inNewGraph(() => {
      const w = getVariable("w", []);
      new train.GradientDescentOptimizer(1).minimize(square(w));
      expect(w.graph.getTensorByName("GradientDescent/learning_rate:0").dtype.name).toBe("float32");
    });
  });
});

describe("weight decay", () => {
  it("is apart from the gradient", () => {
    inNewGraph((session) => {
      const w = getVariable("w", { initializer: constant([1, -4]) });
      const op = new train.AdamWOptimizer(0.25, { learningRate: 0.5, epsilon: 0 }).minimize(nn.l2Loss(w));
      session().runSync(globalVariablesInitializer());
      session().runSync(op);
      // Adam's first step is the rate in the direction of the gradient, whatever its size.
      const [a, b] = session().runSync(w).toArray() as number[];
      expect(a).toBeCloseTo(0.75 - 0.5, 5);
      expect(b).toBeCloseTo(-3 + 0.5, 5);
    });
  });

  it("is of the rows that have a gradient, and of the variables named", () => {
    inNewGraph((session) => {
      const [w, b] = ["w", "b"].map((name) => getVariable(name, { initializer: ones([2, 1]) })) as [
        BaseVariable,
        BaseVariable,
      ];
      const row = (v: BaseVariable): Tensor => nn.l2Loss(gather(v, constant([1], { dtype: "int32" })));
      const optimizer = new train.AdamWOptimizer(0.5, { learningRate: 0 });
      const op = optimizer.minimize(row(w).add(row(b)), { decayVarList: [w] });
      session().runSync(globalVariablesInitializer());
      session().runSync(op);
      expect(
        session()
          .runSync([w, b])
          .map((value) => value.toArray()),
      ).toEqual([
        [[1], [0.5]],
        [[1], [1]],
      ]);
      expect(op.name).toBe("AdamW");
    });
  });
});

describe("mistakes", () => {
  it("say what to do", () => {
    inNewGraph(() => {
      const w = getVariable("w", [2], { initializer: zerosInitializer(), constraint: (value) => value });
      const optimizer = new train.GradientDescentOptimizer(0.1);
      const rows = nn.l2Loss(gather(w, constant([0], { dtype: "int32" })));
      expect(() => optimizer.minimize(rows)).toThrow(TrainingError);
      expect(() => optimizer.minimize(constant(1))).toThrow(/gradients\(loss, variables\) gives null/);
      expect(() => optimizer.minimize(rows, { varList: [3 as never] })).toThrow(UnsupportedFeatureError);
      expect(() => optimizer.applyGradients([[constant(1), constant(2)]])).toThrow(UnsupportedFeatureError);
      expect(() => optimizer.applyGradients([[{} as never, w]])).toThrow(ArgumentTypeError);
      expect(() => new train.ExponentialMovingAverage(0.5).apply([constant(1, { dtype: "int32" })])).toThrow(
        ArgumentTypeError,
      );
      expect(() => train.exponentialDecay(0.5, null as never, 1, 1)).toThrow(/getOrCreateGlobalStep\(\)/);
      expect(() => train.piecewiseConstant(constant(1), [1, 2], [3])).toThrow(ArgumentError);
    });
  });
});
