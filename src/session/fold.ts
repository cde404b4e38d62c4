/**
 * Computes while a step is planned what no run of it can change: small ops on constants, and shapes that the graph knows. Programs made for
 * any size are full of those, and each that an engine refuses would cut a step in parts.
 *
 * Only what succeeds is folded; an op that fails stays, to fail in its turn. What is known of shapes holds while the variables have theirs:
 * an `Assign` without validation can break that, so whoever folds shapes checks the variables' before each run.
 */
import type { Operation } from "../graph/operation.ts";
import { kernelOf } from "../kernels/kernels.ts";
import { byExecutor } from "../kernels/rule.ts";
import type { DType } from "../tensor/dtype.ts";
import { int32 } from "../tensor/dtype.ts";
import { NDArray, ndarray } from "../tensor/ndarray.ts";
import type { Dataflow } from "./dataflow.ts";
import type { SliceNode } from "./engine.ts";
import { runNode } from "./kernel-program.ts";
import { isHostOp } from "./parts.ts";
import type { PlanNode, StepValue } from "./step-values.ts";

/** A step whose constant part is done. */
export interface FoldedDataflow extends Dataflow {
  /** Whether shapes of values were taken for granted. */
  readonly assumesShapes: boolean;
}

/** Ops whose results are about as large as what they take, although no shape tells. */
const staysSmall = new Set(["BroadcastGradientArgs", "BroadcastArgs", "ListDiff", "Unique", "Where"]);

/** Larger values are the engine's to compute: it has the threads, and what they take is not kept. */
const MOST_ELEMENTS = 2 ** 16;

/** Ops whose result is the elements of their first input in another shape. */
const reshapes = new Set(["Reshape", "Squeeze", "ExpandDims", "Identity"]);

/** The step without the nodes that only depend on constants; their values become constants. */
export function foldConstants(dataflow: Dataflow, mayAssumeShapes: boolean): FoldedDataflow {
  const folding = new Folding(mayAssumeShapes && !dataflow.changesShapes);
  const nodes = dataflow.failure === null ? dataflow.nodes.filter((node) => !folding.folds(node)) : dataflow.nodes;
  return { ...dataflow, nodes, assumesShapes: folding.assumesShapes };
}

/** Makes values constants, one node after the other. */
export class Folding {
  readonly #mayAssumeShapes: boolean;
  assumesShapes = false;

  constructor(mayAssumeShapes: boolean) {
    this.#mayAssumeShapes = mayAssumeShapes;
  }

  /** Makes the node's outputs constants, if they can be. */
  folds(node: SliceNode | PlanNode): boolean {
    const { op, inputs } = node;
    const isCheck = "isCheck" in node && node.isCheck;
    const isOther = isCheck || node.region !== undefined || node.standIn !== undefined;
    if (isOther || op.def.effect !== "none") return false;
    const values = this.#ofShapes(node) ?? (inputs.every(isConstant) ? computed(node) : null);
    if (values === null) return false;
    for (const [i, value] of values.entries()) (node.outputs[i] as StepValue).fold(value);
    return true;
  }

  /** What an op gives that only looks at its inputs' shapes, if they are known. */
  #ofShapes({ op, inputs }: SliceNode): readonly NDArray[] | null {
    if (!this.#mayAssumeShapes || !inputs.every(({ shape }) => shape.isFullyDefined())) return null;
    const values = shapeValues(op, inputs as readonly StepValue[]);
    if (values !== null && !inputs.every(isConstant)) this.assumesShapes = true;
    return values;
  }
}

function shapeValues(op: Operation, inputs: readonly StepValue[]): readonly NDArray[] | null {
  const type = op.attrs["out_type"] as DType;
  switch (op.type) {
    case "Shape":
    case "ShapeN":
      return inputs.map(({ shape }) => listOf(shape.dims as readonly number[], type));
    case "Size":
      return inputs.map(({ shape }) => ndarray(shape.elementCount() as number, type));
    case "Rank":
      return inputs.map(({ shape }) => ndarray(shape.rank as number, int32));
    default:
      return null;
  }
}

function listOf(dims: readonly number[], type: DType): NDArray {
  if (type !== int32) return ndarray([...dims], type);
  return new NDArray(int32, [dims.length], Int32Array.from(dims));
}

function isConstant({ constant }: { readonly constant: NDArray | null }): boolean {
  return constant !== null;
}

function isSmall({ shape }: { readonly shape: { elementCount(): number | null } }): boolean {
  return (shape.elementCount() ?? Infinity) <= MOST_ELEMENTS;
}

function areSmall({ op, outputs }: SliceNode): boolean {
  return staysSmall.has(op.type) || outputs.every(isSmall);
}

/** The outputs of a node whose inputs are constants; `null` where it fails, or is not worth it. */
function computed(node: SliceNode): readonly NDArray[] | null {
  const { op, inputs } = node;
  if (inputs.length === 0 || isHostOp(op) || kernelOf(op.type) === byExecutor) return null;
  const values = inputs.map(({ constant }) => constant as NDArray);
  if (areSmall(node) && values.every(({ size }) => size <= MOST_ELEMENTS)) {
    try {
      return runNode(node, values);
    } catch {
      return null;
    }
  }
  return reshaped(node);
}

/** A large constant in another shape shares its memory. */
function reshaped({ op, inputs, outputs }: SliceNode): readonly NDArray[] | null {
  const constant = inputs[0]?.constant as NDArray;
  const { shape } = outputs[0] as StepValue;
  if (!reshapes.has(op.type) || shape.elementCount() !== constant.size) return null;
  return [new NDArray(constant.dtype, shape.dims as readonly number[], constant.data)];
}
