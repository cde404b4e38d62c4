/** Recurrent networks: the nodes of cells, wrappers and networks, what they give on every engine, and their errors. */
import {
  assign,
  concat,
  constant,
  fill,
  fixedSizePartitioner,
  Graph,
  getVariable,
  getVariableScope,
  nn,
  ones,
  onesInitializer,
  placeholder,
  placeholderWithDefault,
  randomUniformInitializer,
  type Tensor,
  type TensorArray,
  type VariableScope,
  type VariableScopeOptions,
  variableScope,
  zeros,
  zerosInitializer,
} from "namesake";
import { describe, expect, it } from "vitest";
import { md5 } from "../src/base/md5.ts";
import { flatten, type TensorTree } from "../src/ops/structure.ts";
import { caught } from "./failure-of.ts";
import { testFamily } from "./op-golden.ts";
import { testSteps } from "./step-golden.ts";

const { rnnCell } = nn;
type Cell = nn.rnnCell.RNNCell;

const scope = <R>(body: (scope: VariableScope) => R, options: VariableScopeOptions = {}): R =>
  variableScope(
    "m",
    { initializer: randomUniformInitializer({ minval: -0.5, maxval: 0.5, seed: 1 }), ...options },
    body,
  );
/** Numbers between -1 and 1, all different. */
const x = (...shape: readonly number[]): Tensor => {
  const count = shape.reduce((product, d) => product * d, 1);
  const values = Float32Array.from({ length: count }, (_, i) => (((i * 7) % 16) - 8) / 8);
  return constant(values, { dtype: "float32", shape });
};
const inputs = (time = 3): Tensor[] => Array.from({ length: time }, (_, t) => x(2, 3).mul(t + 1));
const int = (values: readonly number[]): Tensor => constant([...values], { dtype: "int32" });
const flat = ([output, state]: readonly [unknown, unknown]): Tensor[] => [output, ...flatten(state)] as Tensor[];

/** Two calls of a cell. */
const twice = (make: () => Cell) => () =>
  scope(() => {
    const cell = make();
    const [, state] = cell(x(2, 3), cell.zeroState(2, "float32"));
    return flat(cell(x(2, 3), state));
  });
const gru = (units = 2) => new rnnCell.GRUCell(units);
const lstm = (units = 2) => new rnnCell.BasicLSTMCell(units);

class Counter extends rnnCell.RNNCell<Tensor> {
  get stateSize(): number {
    return 1;
  }
  get outputSize(): number {
    return 1;
  }
  override call(given: Tensor, state: Tensor): [Tensor, Tensor] {
    const by = getVariable("by", [], { initializer: onesInitializer() });
    return [given.at(":, :1"), state.add(by)];
  }
}

const recorded = {
  "cell-basic-rnn": twice(() => new rnnCell.BasicRNNCell(2)),
  "cell-gru": twice(() => new rnnCell.GRUCell(2, { activation: nn.relu })),
  "cell-lstm": twice(
    () =>
      new rnnCell.LSTMCell(2, {
        usePeepholes: true,
        cellClip: 0.25,
        numProj: 3,
        projClip: 0.125,
        numUnitShards: 2,
        numProjShards: 2,
      }),
  ),
  "cell-multi": twice(() => new rnnCell.MultiRNNCell<TensorTree>([lstm(), gru(3)])),
  "cell-dropout": twice(
    () => new rnnCell.DropoutWrapper(lstm(), { inputKeepProb: 0.5, outputKeepProb: 0.75, stateKeepProb: 0.5, seed: 3 }),
  ),
  "cell-dropout-variational": twice(
    () =>
      new rnnCell.DropoutWrapper(lstm(), {
        inputKeepProb: 0.5,
        outputKeepProb: 0.75,
        stateKeepProb: 0.5,
        variationalRecurrent: true,
        inputSize: 3,
        dtype: "float32",
        seed: 4,
      }),
  ),
  "cell-own": () =>
    scope(() => {
      const cell = new Counter({ name: "counter" });
      const [, state] = cell(x(2, 3), zeros([2, 1]));
      getVariableScope().reuseVariables();
      return flat(cell(x(2, 3), state));
    }),
  "cell-in-given-scope": () =>
    scope((s) => {
      const cell = gru();
      const [, state] = cell(x(2, 3), cell.zeroState(2, "float32"), { scope: "given" });
      return flat(cell(x(2, 3), state, { scope: s }));
    }),
  "static-lengths": () =>
    scope(() => {
      const given = inputs();
      const options = { initialState: ones([2, 2]), sequenceLength: int([1, 2]), scope: "net" };
      const [outputs, state] = nn.staticRnn(gru(), given, options);
      return [...outputs, state];
    }),
  "dynamic-lengths": () =>
    scope(() => {
      const given = placeholderWithDefault(x(2, 4, 3), [null, null, 3]);
      const options = { sequenceLength: int([1, 3]), dtype: "float32" } as const;
      return flat(nn.dynamicRnn(new rnnCell.LSTMCell(2), given, options));
    }),
  raw: () =>
    scope(() => {
      const cell = lstm();
      const lengths = int([1, 3]);
      const [emitted, state, loopState] = nn.rawRnn(cell, (time, output, before, loop) => {
        const isEnded = time.greaterEqual(lengths);
        const input = x(2, 3);
        const next = before ?? cell.zeroState(2, "float32");
        return [isEnded, input, next, output, loop === null ? constant(1) : (loop as Tensor).mul(2)];
      });
      return [...flat([emitted.stack(), state]), loopState as Tensor];
    }),
  "raw-emitting": () =>
    scope(() => {
      const next: nn.RawRnnLoopFunction = (time, output, before) => {
        const rows = output as Tensor | null;
        const emit =
          rows === null ? [zeros([3]), constant(0, { dtype: "int32" })] : [concat([rows, rows.at(":, :1")], 1), time];
        const isEnded = fill([2], time.greaterEqual(2));
        return [isEnded, x(2, 3), before ?? ones([2, 2]), emit, null];
      };
      const [emitted, state] = nn.rawRnn(gru(), next, { parallelIterations: 2, scope: "net" });
      const [rows, times] = emitted as unknown as [TensorArray, TensorArray];
      return [rows.stack(), times.stack(), state];
    }),
  "state-saving": () =>
    scope(() => {
      const saver = {
        state: (name: string) =>
          getVariable(name, [2, 2], { initializer: onesInitializer(), trainable: false }).value(),
        saveState: (name: string, value: Tensor) =>
          variableScope(getVariableScope(), { reuse: true }, () =>
            assign(getVariable(name, [2, 2]) as never, value, { name: `save_${name}` }),
          ) as never,
      };
      const given = inputs(2);
      const [outputs, state] = nn.staticStateSavingRnn(lstm(), given, saver, { c: "c", h: "h" });
      return [...outputs, state.c, state.h];
    }),
  bidirectional: () =>
    scope(() => {
      const [outputs, states] = nn.bidirectionalDynamicRnn(gru(), gru(3), x(2, 3, 3), { dtype: "float32" });
      return [...outputs, ...states];
    }),
};

const computed = {
  ...recorded,
  "cell-gru-initializers": twice(
    () => new rnnCell.GRUCell(2, { kernelInitializer: onesInitializer(), biasInitializer: zerosInitializer() }),
  ),
  "cell-basic-lstm": twice(() => lstm()),
  "cell-basic-lstm-flat": twice(
    () => new rnnCell.BasicLSTMCell<Tensor>(2, { forgetBias: 0.5, stateIsTuple: false, name: "n" }),
  ),
  "cell-lstm-flat": twice(
    () =>
      new rnnCell.LSTMCell<Tensor>(2, {
        numProj: 1,
        stateIsTuple: false,
        initializer: onesInitializer(),
        trainable: false,
      }),
  ),
  "cell-multi-flat": twice(() => new rnnCell.MultiRNNCell([gru(), gru(3)], { stateIsTuple: false })),
  "cell-multi-same": twice(() => {
    const cell = gru(3);
    return new rnnCell.MultiRNNCell([cell, cell]);
  }),
  "cell-residual": twice(() => new rnnCell.ResidualWrapper(gru(3))),
  "cell-device": twice(() => new rnnCell.DeviceWrapper(lstm(), "/cpu:0")),
  "cell-dropout-filter": twice(
    () =>
      new rnnCell.DropoutWrapper(new rnnCell.MultiRNNCell<TensorTree>([lstm(), gru()]), {
        stateKeepProb: 0.5,
        seed: 5,
        dropoutStateFilterVisitor: (part) => !(typeof part === "object" && part !== null && "c" in part),
      }),
  ),
  "cell-reused": () =>
    scope(() => {
      const state = zeros([2, 2]);
      const [first] = gru()(x(2, 3), state);
      return [first, new rnnCell.GRUCell(2, { reuse: true })(x(2, 3), state)[0]];
    }),
  static: () =>
    scope(() => {
      const [outputs, state] = nn.staticRnn(lstm(), inputs(), { dtype: "float32" });
      return [...outputs, state.c, state.h];
    }),
  "static-unknown-batch": () =>
    scope(() => {
      const given = inputs(2).map((input) => placeholderWithDefault(input, [null, 3]));
      const sequenceLength = constant([1, 2], { dtype: "int64" });
      const [outputs, state] = nn.staticRnn(gru(), given, { dtype: "float32", sequenceLength });
      return [...outputs, state];
    }),
  "static-bidirectional": () =>
    scope(() => {
      const options = { dtype: "float32", sequenceLength: int([1, 3]) } as const;
      const [outputs, fw, bw] = nn.staticBidirectionalRnn(gru(), gru(), inputs(), options);
      return [...outputs, fw, bw];
    }),
  dynamic: () => scope(() => flat(nn.dynamicRnn(lstm(), x(2, 4, 3), { dtype: "float32" }))),
  "dynamic-time-major": () =>
    scope(() => {
      const initialState = [rnnCell.lstmStateTuple(ones([2, 2]), zeros([2, 2])), ones([2, 3])];
      const cell = new rnnCell.MultiRNNCell<TensorTree>([lstm(), gru(3)]);
      const options = { initialState, timeMajor: true, parallelIterations: 2, swapMemory: true, scope: "net" };
      return flat(nn.dynamicRnn(cell, x(4, 2, 3), options));
    }),
  "dynamic-no-steps": () =>
    scope(() => {
      const given = placeholderWithDefault(zeros([2, 0, 3]), [2, null, 3]);
      return flat(nn.dynamicRnn(gru(), given, { dtype: "float32" }));
    }),
  "dynamic-resource-partitioned": () =>
    scope(() => flat(nn.dynamicRnn(gru(), x(2, 2, 3), { dtype: "float32" })), {
      useResource: true,
      partitioner: fixedSizePartitioner(2),
    }),
  "bidirectional-lengths": () =>
    scope(() => {
      const [outputs, states] = nn.bidirectionalDynamicRnn(gru(), gru(), x(3, 2, 3), {
        sequenceLength: int([1, 3]),
        initialStateFw: ones([2, 2]),
        initialStateBw: ones([2, 2]),
        timeMajor: true,
        scope: "both",
      });
      return [...outputs, ...states];
    }),
  "dynamic-wrong-lengths": () =>
    scope(() => {
      const sequenceLength = placeholderWithDefault(int([1, 2, 3]), [null]);
      return flat(nn.dynamicRnn(gru(), x(2, 4, 3), { sequenceLength, dtype: "float32" }));
    }),
};

const step = (cell: Cell, given: Tensor = x(2, 3)) => cell(given, cell.zeroState(2, "float32"));

testFamily("rnn", {
  ...recorded,
  "second-cell": () =>
    scope(() => [gru(), gru()].map((cell) => nn.staticRnn(cell, inputs(1), { dtype: "float32" })[1])),
  "same-cell-wider": () => {
    const cell = gru();
    return step(new rnnCell.MultiRNNCell([cell, cell]))[0];
  },
  "cell-of-integers": () => {
    const cell = gru();
    return cell(ones([2, 3], { dtype: "int32" }), cell.zeroState(2, "int32"))[0];
  },
  "cell-of-unknown-width": () => new rnnCell.BasicRNNCell(2)(placeholder("float32", [2, null]), zeros([2, 2]))[0],
  "multi-empty": () => step(new rnnCell.MultiRNNCell([]))[0],
  "multi-wrong-state": () => new rnnCell.MultiRNNCell([gru()])(x(2, 3), 1 as never)[0],
  "dropout-probability": () => step(new rnnCell.DropoutWrapper(gru(), { inputKeepProb: 1.5 }))[0],
  "residual-width": () => step(new rnnCell.ResidualWrapper(gru()))[0],
  "static-nothing": () => nn.staticRnn(gru(), [], { dtype: "float32" })[0],
  "static-no-dtype": () => nn.staticRnn(gru(), inputs())[0],
  "dynamic-unknown-width": () => nn.dynamicRnn(gru(), placeholder("float32", [2, 3, null]), { dtype: "float32" })[0],
  "dynamic-matrix": () => nn.dynamicRnn(gru(), x(2, 3), { dtype: "float32" })[0],
  "dynamic-lengths-matrix": () => nn.dynamicRnn(gru(), x(2, 3, 3), { sequenceLength: [[1, 2]], dtype: "float32" })[0],
});

testSteps("rnn", computed as never);

describe("cells", () => {
  const inGraph = <R>(body: () => R): R => new Graph().asDefault(body);

  it("tell how a second cell in a scope shares, or gets weights of its own", () => {
    const text = caught(() =>
      inGraph(() =>
        variableScope("net", (net) => [gru(), gru()].map((cell) => cell(x(2, 3), zeros([2, 2]), { scope: net }))),
      ),
    ).message;
    expect(text).toContain("Variable net/gates/kernel already exists, disallowed.");
    expect(text).toContain("this is another GRUCell in the scope of an earlier cell");
    expect(text).toContain('{ name: "other_gru_cell" }');
  });

  it("tell of shared weights of another shape", () => {
    const text = caught(() =>
      inGraph(() => {
        gru()(x(2, 3), zeros([2, 2]));
        new rnnCell.GRUCell(3, { reuse: true })(x(2, 3), zeros([2, 3]));
      }),
    ).message;
    expect(text).toContain("Trying to share variable gru_cell/gates/kernel");
    expect(text).toContain("GRUCell needs the shape [6, 6] for these inputs");
  });

  it("know their variables", () => {
    inGraph(() => {
      const cell = new rnnCell.MultiRNNCell<TensorTree>([gru(), new rnnCell.LSTMCell(2, { numUnitShards: 2 })]);
      expect([cell.built, cell.weights.length, cell.name]).toEqual([false, 0, "multi_rnn_cell_1"]);
      step(cell);
      expect([cell.built, cell.scopeName]).toEqual([true, "multi_rnn_cell"]);
      expect(cell.trainableWeights.map((variable) => variable.op.name)).toEqual([
        ...["gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias"].map(
          (name) => `multi_rnn_cell/cell_0/gru_cell/${name}`,
        ),
        ...["kernel/part_0", "kernel/part_1", "bias"].map((name) => `multi_rnn_cell/cell_1/lstm_cell/${name}`),
      ]);
    });
  });

  it("refuse what is no cell", () => {
    expect(() => nn.dynamicRnn({} as never, x(2, 3, 3))).toThrow(/^The argument 'cell' \(\{\}\) is not an RNNCell: /);
    expect(() => new rnnCell.ResidualWrapper(null as never)).toThrow(/is not an RNNCell/);
    expect(() => nn.staticRnn(gru(), x(2, 3) as never)).toThrow(/^Argument `inputs` must be a sequence\. /);
  });
});

describe("md5", () => {
  it.each([
    ["", "d41d8cd98f00b204e9800998ecf8427e"],
    ["abc", "900150983cd24fb0d6963f7d28e17f72"],
    ["ä€", "f1e21d5366cff108f242f8e4853aabae"],
    [
      "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
      "57edf4a22be3c955ac49da2e2107b67a",
    ],
  ])("of %j", (text, digest) => {
    expect(md5(text)).toBe(digest);
  });
});
