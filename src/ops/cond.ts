/**
 * Conditionals: two functions build two branches, of which a step executes one. No value is computed here.
 * Mirrors `cond`, python/ops/cond.py, and `CondContext`, python/ops/control_flow_ops.py.
 */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import { GraphKeys } from "../graph/collections.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import { isWithin } from "../graph/flow-context.ts";
import type { Graph } from "../graph/graph.ts";
import { handleOf } from "../graph/look-up.ts";
import { Operation } from "../graph/operation.ts";
import { runInScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { arrayDefs } from "./array.defs.ts";
import { controlFlowDefs } from "./control-flow.defs.ts";
import { withDependencies } from "./control-flow.ts";
import { mergeTensors, switchTensor } from "./flow-nodes.ts";
import { callBuilder, FlowRegion, packWithArrays, readResources } from "./flow-region.ts";
import { inOpScope } from "./op-scope.ts";
import { assertSameStructure, flatten, type TensorStructure, type TensorsOf } from "./structure.ts";
import { flowOf } from "./tensor-array.ts";

/** One branch of a conditional. */
export class CondContext extends FlowRegion {
  readonly kind = "cond";
  /** The condition. */
  readonly predicate: Tensor;
  /** Is alive when the branch is taken. */
  readonly pivotTensor: Tensor;
  /** 1 for the branch taken when the condition is true, otherwise 0. */
  readonly branch: 0 | 1;

  constructor(graph: Graph, predicate: Tensor, pivot: Tensor, branch: 0 | 1) {
    super(graph, "cond_text");
    this.predicate = predicate;
    this.pivotTensor = pivot;
    this.branch = branch;
    this.know(predicate);
    this.routed.set(predicate, predicate);
    this.know(pivot);
    pivot.op.flow = this;
  }

  get pivot(): Operation {
    return this.pivotTensor.op;
  }

  addOp(op: Operation): void {
    if (op.inputs.length === 0) {
      const { kept } = this.dropForeignControls(op);
      if (!kept.some((control) => isWithin(control.flow, this))) op.addControlInputs([this.pivot]);
    } else {
      this.routeInputs(op);
      this.dropForeignControls(op);
    }
    for (const output of op.outputs) this.#knowEverywhere(output);
    this.closeToFetches(op);
  }

  /** What comes back to the `Merge` of an imported loop belongs to the branch, too, and is told so only later. */
  protected override routeInputs(op: Operation): void {
    if (op.def.flow === "merge")
      for (const input of op.inputs) if (input.op.def.flow === "nextIteration") this.know(input);
    super.routeInputs(op);
  }

  addValue(tensor: Tensor): Tensor {
    if (this.known.has(tensor)) return this.routed.get(tensor) ?? tensor;
    const arriving = this.#throughOuter(tensor);
    const inside = this.outside(() => this.#switched(arriving));
    this.graph.preventFetching(inside.op);
    inside.op.flow = this;
    this.#knowEverywhere(inside);
    this.routed.set(tensor, inside);
    return inside;
  }

  /** What the region around this one has for a tensor that is new here. */
  #throughOuter(tensor: Tensor): Tensor {
    this.know(tensor);
    if (this.outer === null) return tensor;
    const arriving = this.outer.addValue(tensor);
    this.know(arriving);
    this.routed.set(arriving, arriving);
    return arriving;
  }

  #switched(tensor: Tensor): Tensor {
    const { onFalse, onTrue } = switchTensor(tensor, this.predicate);
    return this.branch === 1 ? onTrue : onFalse;
  }

  #knowEverywhere(tensor: Tensor): void {
    this.know(tensor);
    for (let region = this.outer; region !== null; region = region.outer) region.know(tensor);
  }

  /** Calls the branch's function inside of the branch and turns what it returns into tensors. */
  build(name: string, builder: () => unknown): BranchResult {
    return runInScope(this.scope(), () => {
      const returned = callBuilder(`'${name}' of cond`, builder);
      if (returned === null || returned === undefined) {
        throw new ArgumentError(
          `'${name}' must have a return value.\n  an arrow function with braces needs a return statement`,
          { function: name },
        );
      }
      const structure = readResources(returned);
      const tensors = flatten(structure).map((element) => this.#resultTensor(element));
      this.giveOut(tensors);
      return { structure, tensors };
    });
  }

  #resultTensor(element: unknown): Tensor {
    if (element instanceof Operation) return withDependencies([element], this.pivotTensor);
    const tensor = convertToTensor(flowOf(element), { graph: this.graph });
    if (this.known.has(tensor)) return this.routed.get(tensor) ?? tensor;
    // A tensor from outside that the branch only hands on: its Switch stands in the branch.
    const result = this.#switched(this.#throughOuter(tensor));
    this.routed.set(tensor, result);
    return result;
  }
}

/** What a branch returned, and the tensors for its elements. */
interface BranchResult {
  readonly structure: unknown;
  readonly tensors: readonly Tensor[];
}

/** Options of `cond`. */
export interface CondOptions {
  /** Keeps lists of one element; otherwise they are unpacked. */
  readonly strict?: boolean;
  readonly name?: string | null;
}

/** A list of one element becomes that element. */
type Unpacked<S> = S extends readonly [infer One] ? One : S;

/**
 * Gives what one of two functions returns; in a step only the ops of the branch that is taken execute.
 *
 * Shapes: pred `[]`; each result has what is common to the shapes of both branches.
 * Dtypes: pred bool; results any, both branches alike.
 *
 * Both functions are called once, here. Ops made outside of them execute whichever branch is taken. A branch returns a tensor, an operation, or
 * nested arrays and plain objects of them; an operation becomes a boolean tensor. Lists of one element are unpacked unless `strict`.
 *
 * @throws {ArgumentError} when a branch returns nothing, or when the structures or dtypes of the branches differ.
 * @throws {ArgumentTypeError} when pred is a JavaScript boolean, or a branch is not a function.
 * @throws {AsyncScopeError} when a branch returns a promise.
 * @see TensorFlow `tf.compat.v1.cond`, python/ops/cond.py
 * @example
 * const x = constant(2);
 * const y = cond(x.less(3), () => x.mul(10), () => x);
 * session.runSync(y).item(); // 20
 */
export function cond<const R extends TensorStructure>(
  pred: TensorLike,
  trueFn: () => R,
  falseFn: () => TensorStructure,
  options: CondOptions & { readonly strict: true },
): TensorsOf<R>;
export function cond<const R extends TensorStructure>(
  pred: TensorLike,
  trueFn: () => R,
  falseFn: () => TensorStructure,
  options?: CondOptions,
): TensorsOf<Unpacked<Unpacked<R>>>;
export function cond(
  pred: TensorLike,
  trueFn: () => TensorStructure,
  falseFn: () => TensorStructure,
  options: CondOptions = {},
): unknown {
  checkFunction(trueFn, "true_fn");
  checkFunction(falseFn, "false_fn");
  return inOpScope(options.name, "cond", [pred], () => {
    if (typeof pred === "boolean") {
      throw new ArgumentTypeError(
        "'pred' must not be a Python bool.\n  a condition that is known while the graph is built needs no cond: use if",
        { pred },
      );
    }
    const graph = getDefaultGraph();
    const [onTrue, onFalse] = makeBranches(graph, pred);
    const whenTrue = onTrue.build("true_fn", trueFn);
    const branchFalse = onFalse();
    const whenFalse = branchFalse.build("false_fn", falseFn);
    const result = mergeBranches(whenTrue, whenFalse, options.strict ?? false);
    if (onTrue.outer === null) {
      graph.addToCollection(GraphKeys.COND_CONTEXT, onTrue);
      graph.addToCollection(GraphKeys.COND_CONTEXT, branchFalse);
    }
    return result;
  });
}

function checkFunction(value: unknown, name: string): void {
  if (value === undefined || value === null)
    throw new ArgumentTypeError(`cond(): '${name}' argument required`, { parameter: name });
  if (typeof value !== "function")
    throw new ArgumentTypeError(`'${name}' must be callable.`, { parameter: name, value });
}

/** The nodes on which both branches hang. The second branch is made when the first is complete: its name is numbered after what the first one made. */
function makeBranches(graph: Graph, pred: TensorLike): [CondContext, () => CondContext] {
  const decision = switchOnItself(pred);
  const onTrue = applyOp1(arrayDefs.Identity, [decision.output(1)], {}, "switch_t");
  const onFalse = applyOp1(arrayDefs.Identity, [decision.output(0)], {}, "switch_f");
  const predicate = applyOp1(arrayDefs.Identity, [pred], {}, "pred_id");
  for (const op of [decision, onTrue.op, onFalse.op, predicate.op]) graph.preventFetching(op);
  return [new CondContext(graph, predicate, onTrue, 1), () => new CondContext(graph, predicate, onFalse, 0)];
}

/** The condition, switched by itself. A resource variable takes TensorFlow's way of composite tensors, which makes one more name scope. */
function switchOnItself(pred: TensorLike): Operation {
  return inOpScope(null, "Switch", [pred], (scope) => {
    if (handleOf(pred) !== null)
      return applyOp(controlFlowDefs.Switch, [pred, convertToTensor(pred, { name: "pred" })]);
    const data = convertToTensor(pred, { name: "data", asRef: true });
    return applyOp(controlFlowDefs.Switch, [data, convertToTensor(pred, { name: "pred" })], {}, scope);
  });
}

function mergeBranches(whenTrue: BranchResult, whenFalse: BranchResult, strict: boolean): unknown {
  const unpack = (structure: unknown): unknown =>
    !strict && Array.isArray(structure) && structure.length === 1 ? (structure[0] as unknown) : structure;
  const structure = unpack(whenTrue.structure);
  assertSameStructure(structure, unpack(whenFalse.structure));
  if (Array.isArray(structure) && structure.length === 0)
    throw new ArgumentError("'true_fn' and 'false_fn' must return at least one result.");
  const pairs = whenTrue.tensors.map((onTrue, i): [Tensor, Tensor] => [whenFalse.tensors[i] as Tensor, onTrue]);
  for (const [onFalse, onTrue] of pairs) {
    if (onFalse.dtype.baseDtype === onTrue.dtype.baseDtype) continue;
    throw new ArgumentError(
      `Outputs of 'true_fn' and 'false_fn' must have the same type(s). Received ${onTrue.dtype.name} from 'true_fn' and ${onFalse.dtype.name} from 'false_fn'.\n  to convert  cast(x, "${onTrue.dtype.baseName}") in the second`,
      { onTrue, onFalse },
    );
  }
  return unpack(
    packWithArrays(
      structure,
      pairs.map((pair) => mergeTensors(pair)),
    ),
  );
}
