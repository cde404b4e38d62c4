/**
 * Random small graphs of any ops: nodes are drawn from the table of definitions, with inputs from the draws of the lowering tests or from what
 * TensorFlow recorded, and wired to what the graph has already. Each is evaluated as it is made, so that the graph mostly works.
 */
import { NamesakeError } from "../../src/base/errors.ts";
import { graphScope, runInScope } from "../../src/graph/ambient-scope.ts";
import { applyOp, applyOp1, type GivenAttrs } from "../../src/graph/apply-op.ts";
import { constantNode } from "../../src/graph/constant.ts";
import { Graph } from "../../src/graph/graph.ts";
import type { OpDef } from "../../src/graph/op-def.ts";
import type { Operation } from "../../src/graph/operation.ts";
import { type Argument, signatureOf } from "../../src/graph/signature.ts";
import type { Tensor } from "../../src/graph/tensor.ts";
import { type OpType, opDefs } from "../../src/ops/index.ts";
import type { DTypeName } from "../../src/tensor/dtype.ts";
import { type NDArray, ndarray } from "../../src/tensor/ndarray.ts";
import { TensorShape } from "../../src/tensor/shape.ts";
import { Dice } from "../lowering/random-numbers.ts";
import { draws } from "../lowering/random-trials.ts";
import { type RecordedCase, recordedCases } from "../recorded-cases.ts";
import { evaluateOp, type Values } from "./evaluation.ts";

/** A graph, what it is fed, and what is known of it. */
export interface RandomGraph {
  readonly seed: number;
  readonly graph: Graph;
  /** Steps that give variables their values, in order. */
  readonly initializers: readonly Operation[];
  readonly feeds: ReadonlyMap<Tensor, NDArray>;
  /** What the variables hold before the step. */
  readonly variables: ReadonlyMap<Operation, NDArray>;
  /** The ops that were drawn and work. */
  readonly tried: readonly Operation[];
  /** What can be fetched together, in one step. */
  readonly fetches: readonly Tensor[];
  /** An op that fails, if one was drawn. */
  readonly failing: Operation | null;
}

/** Ops that mean something only with others, or outside of a step; reasons are shown in tables of what is covered. */
export const leftOut: Readonly<Partial<Record<OpType, string>>> = {
  ...Object.fromEntries(
    (
      [
        "Switch",
        "RefSwitch",
        "Merge",
        "RefMerge",
        "Enter",
        "RefEnter",
        "Exit",
        "RefExit",
        "NextIteration",
        "RefNextIteration",
        "LoopCond",
        "ControlTrigger",
        "NoOp",
        "RefIdentity",
      ] as const
    ).map((type) => [
      type,
      "steers other ops: src/ops/cond.test.ts and while-loop.test.ts have whole conditionals and loops",
    ]),
  ),
  Abort: "ends the process",
  Assert: "prints or fails, and gives nothing: test/goldens/logging_ops.json",
  Print: "prints: test/goldens/logging_ops.json",
  PrintV2: "prints, and gives nothing: test/goldens/logging_ops.json",
  PlaceholderV2: "TensorFlow has withdrawn it",
  Placeholder: "is every graph's leaf",
  Const: "is every graph's leaf",
  Variable: "is every graph's leaf, as VariableV2",
  VariableV2: "is every graph's leaf",
  VarHandleOp: "is every graph's leaf",
  Assign: "gives every variable its value",
  AssignVariableOp: "gives every variable its value",
  ReadVariableOp: "is every graph's leaf",
  IsVariableInitialized: "asks for a variable without a value; src/variables has the tests",
  VarIsInitializedOp: "asks for a variable without a value; src/variables has the tests",
};

/** Outputs in which TensorFlow and the engines are free: signs and phases of vectors, and room that is kept for gradients. No graph uses them. */
const free: Readonly<Partial<Record<OpType, readonly number[]>>> = {
  FusedBatchNorm: [3, 4],
  FusedBatchNormV2: [3, 4],
  FusedBatchNormV3: [3, 4, 5],
  Qr: [0, 1],
  SelfAdjointEigV2: [1],
  Svd: [1, 2],
};

const recorded = new Map<string, RecordedCase[]>();
for (const one of recordedCases()) {
  const list = recorded.get(one.type) ?? [];
  if (!one.fails) list.push(one);
  recorded.set(one.type, list);
}

/** The ops that graphs are made of. */
export const drawnTypes: readonly OpType[] = (Object.keys(opDefs) as OpType[]).filter(
  (type) => leftOut[type] === undefined && (type in draws || (recorded.get(type)?.length ?? 0) > 0),
);

/** The most elements that a value may have, so that graphs stay small. */
const MOST_ELEMENTS = 4096;

interface Draft {
  readonly inputs: readonly (NDArray | readonly NDArray[])[];
  readonly attrs: GivenAttrs;
  readonly constants: readonly number[];
}

/** Above this, squares are no float32. */
const MOST_SQUARABLE = 1e19;

/** The largest integer that goes into other ops: it may be a number of elements there. */
const MOST_INTEGER = 16;

/** Whether a value is known, and has no integers that would ask for very large ones. */
function isModest(value: NDArray | undefined): boolean {
  if (value === undefined || !value.dtype.isInteger) return value !== undefined;
  return Array.from({ length: value.size }, (_, i) => Number(value.at(i))).every((x) => Math.abs(x) <= MOST_INTEGER);
}

/** Whether a value is made of numbers whose squares are numbers. */
export function isSquarable(value: NDArray | undefined): boolean {
  if (value === undefined) return true;
  return Array.from({ length: value.size }, (_, i) => Number(value.at(i))).every((x) => Math.abs(x) < MOST_SQUARABLE);
}

function isFinite(value: NDArray | undefined): boolean {
  if (value === undefined || !value.dtype.isFloating) return true;
  return Array.from({ length: value.size }, (_, i) => Number(value.at(i))).every(Number.isFinite);
}

function hasNoFinite(value: NDArray | undefined): boolean {
  if (value === undefined || !(value.dtype.isFloating || value.dtype.isComplex)) return false;
  return Array.from({ length: value.size }, (_, i) => String(value.at(i))).some((x) => /NaN|-Infinity/.test(x));
}

/** Makes one graph. */
class GraphMaker {
  readonly #dice: Dice;
  readonly graph = new Graph();
  readonly initializers: Operation[] = [];
  readonly feeds = new Map<Tensor, NDArray>();
  readonly variables = new Map<Operation, NDArray>();
  readonly tried: Operation[] = [];
  readonly #values: Map<Tensor, NDArray> = new Map();
  failing: Operation | null = null;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  make(): void {
    const wanted = this.#dice.between(3, 15);
    for (let attempts = 0; this.tried.length < wanted && attempts < 4 * wanted; attempts += 1) this.#tryOne();
  }

  #tryOne(): void {
    const type = this.#dice.pick(drawnTypes);
    const draft = this.#draft(type);
    try {
      const op = runInScope(graphScope(this.graph), () =>
        applyOp(opDefs[type], this.#inputs(type, draft), draft.attrs),
      );
      this.#evaluate(op);
    } catch (error) {
      // The graph does not take it.
      if (!(error instanceof NamesakeError)) throw error;
    }
  }

  #draft(type: OpType): Draft {
    const draw = draws[type];
    if (draw !== undefined && (recorded.get(type) === undefined || this.#dice.chance(0.7))) {
      const { inputs, attrs = {}, constants = [] } = draw(this.#dice);
      return { inputs, attrs, constants };
    }
    const { inputs, attrs } = this.#dice.pick(recorded.get(type) as readonly RecordedCase[]);
    return { inputs, attrs, constants: [] };
  }

  #evaluate(op: Operation): void {
    try {
      const outputs = evaluateOp(op, (input) => this.#values.get(input) as NDArray);
      if (outputs.some(({ size }) => size > MOST_ELEMENTS)) return;
      for (const [i, output] of op.outputs.entries()) {
        const isFree = free[op.type as OpType]?.includes(i) === true || this.#isUnsettled(op, outputs[i]);
        if (outputs[i] !== undefined && !isFree) this.#values.set(output, outputs[i]);
      }
      this.tried.push(op);
    } catch (error) {
      if (!(error instanceof NamesakeError)) throw error;
      if (error.name !== "UnimplementedError") this.failing ??= op;
    }
  }

  /** TensorFlow leaves what it likes beside a matrix that it cannot factor; ONNX Runtime's Conv does not multiply padding by weights that are infinite; ONNX Runtime's MaxPool, by which its gradients go, too, does not treat what is no number the same everywhere; its response normalization spreads that over the pixel. */
  #isUnsettled(op: Operation, value: NDArray | undefined): boolean {
    if (op.type === "Cholesky") return hasNoFinite(value);
    if (op.type === "Conv2D") return !isFinite(this.#values.get(op.inputs[1] as Tensor));
    if (op.type === "LRN") return !isSquarable(this.#values.get(op.inputs[0] as Tensor));
    return op.type.startsWith("MaxPool") && op.inputs.some((input) => hasNoFinite(this.#values.get(input)));
  }

  #inputs(type: OpType, { inputs, constants }: Draft): readonly (Tensor | readonly Tensor[])[] {
    const { inputs: declared } = signatureOf(opDefs[type] as OpDef);
    let place = -1;
    const one = (value: NDArray, argument: Argument | undefined): Tensor => {
      place += 1;
      const isHandle = argument?.dtype?.baseName === "resource";
      if (argument?.isRef === true || isHandle) return this.#variable(value, isHandle);
      return (
        (constants.includes(place) ? null : this.#reused(type, value)) ?? this.#leaf(value, constants.includes(place))
      );
    };
    return inputs.map((input, i) =>
      Array.isArray(input)
        ? (input as readonly NDArray[]).map((v) => one(v, declared[i]))
        : one(input as NDArray, declared[i]),
    );
  }

  /** A tensor that the graph has, brought into the form of the value; `null` to make a new one. */
  #reused(type: OpType, value: NDArray): Tensor | null {
    const isFloating = value.dtype.isFloating || value.dtype.isComplex;
    // The bits of what is no number differ between engines.
    if (type === "Bitcast" || !this.#dice.chance(isFloating ? 0.7 : 0.15)) return null;
    const candidates = this.tried
      .flatMap(({ outputs }) => outputs)
      .filter((tensor) => tensor.dtype.baseDtype === value.dtype && !tensor.dtype.isRef)
      .filter((tensor) => isModest(this.#values.get(tensor)));
    if (candidates.length === 0) return null;
    const exact = candidates.filter((tensor) => String(this.#values.get(tensor)?.shape) === String(value.shape));
    if (exact.length > 0) return this.#dice.pick(exact);
    const tensor = this.#dice.pick(candidates);
    return (this.#values.get(tensor)?.size ?? 0) >= Math.max(value.size, 1) ? this.#cut(tensor, value.shape) : null;
  }

  /** The first elements of a tensor, in another shape. */
  #cut(tensor: Tensor, shape: readonly number[]): Tensor {
    const size = shape.reduce((n, d) => n * d, 1);
    const flat = this.#adapt(opDefs.Reshape, [tensor, this.#list([-1])]);
    const first = this.#adapt(opDefs.Slice, [flat, this.#list([0]), this.#list([size])]);
    return this.#adapt(opDefs.Reshape, [first, this.#list(shape)]);
  }

  #list(values: readonly number[]): Tensor {
    return this.#constant(ndarray([...values], "int32", [values.length]));
  }

  #adapt(def: OpDef, inputs: readonly Tensor[]): Tensor {
    const op = applyOp(def, inputs);
    this.#evaluate(op);
    return op.output();
  }

  #constant(value: NDArray): Tensor {
    const made = constantNode(this.graph, value);
    this.#values.set(made, value);
    return made;
  }

  #leaf(value: NDArray, isConstant: boolean): Tensor {
    const kind = isConstant ? 0 : this.#dice.between(0, 9);
    if (kind < 4 || value.dtype.isString || value.dtype.isComplex) return this.#constant(value);
    if (kind < 8) return this.#placeholder(value);
    const isResource = kind === 8;
    const variable = this.#variable(value, isResource);
    const dtype = value.dtype.name as DTypeName;
    const read = isResource
      ? applyOp1(opDefs.ReadVariableOp, [variable], { dtype })
      : applyOp1(opDefs.Identity, [variable]);
    this.#values.set(read, value);
    return read;
  }

  #placeholder(value: NDArray): Tensor {
    const dims = this.#dice.chance(0.06) ? null : value.shape.map((d) => (this.#dice.chance(0.2) ? null : d));
    const attrs = { dtype: value.dtype.name as DTypeName, shape: new TensorShape(dims) };
    const made = applyOp1(opDefs.Placeholder, [], attrs);
    this.#values.set(made, value);
    this.feeds.set(made, value);
    return made;
  }

  /** A variable of its own for an input that takes one: what an op does to it, no other sees. */
  #variable(value: NDArray, isResource: boolean): Tensor {
    const dtype = value.dtype.name as DTypeName;
    const shape = [...value.shape];
    const shared_name = `v${this.variables.size}`;
    const made = isResource
      ? applyOp1(opDefs.VarHandleOp, [], { dtype, shape, shared_name })
      : applyOp1(opDefs.VariableV2, [], { dtype, shape, shared_name });
    const initial = this.#constant(value);
    this.initializers.push(
      isResource
        ? applyOp(opDefs.AssignVariableOp, [made, initial], { dtype })
        : applyOp(opDefs.Assign, [made, initial]),
    );
    this.variables.set(made.op, value);
    this.#values.set(made, value);
    return made;
  }

  /** Some tensors, always the last ones. A reference that was written is fetched as any value. */
  fetches(): readonly Tensor[] {
    const all = this.tried
      .flatMap(({ outputs }) => outputs)
      .filter((tensor) => this.#values.has(tensor) && !isHandle(tensor));
    return all.filter((_, i) => i >= all.length - 2 || this.#dice.chance(0.4));
  }

  get values(): Values {
    return this.#values;
  }
}

function isHandle(tensor: Tensor): boolean {
  return tensor.dtype.baseName === "resource" || tensor.dtype.baseName === "variant";
}

/** The graph of a seed. */
export function randomGraph(seed: number): RandomGraph {
  const dice = new Dice(seed);
  const maker = new GraphMaker(dice);
  runInScope(graphScope(maker.graph), () => maker.make());
  const { graph, initializers, feeds, variables, tried, failing } = maker;
  return { seed, graph, initializers, feeds, variables, tried, fetches: maker.fetches(), failing };
}
