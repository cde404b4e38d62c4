/** A step for feeds of certain shapes: all that follows from them is found out, in conditionals and loops, too. */
import { NamesakeError } from "../base/errors.ts";
import type { Operation } from "../graph/operation.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import { type Dimension, TensorShape, unknownShape } from "../tensor/shape.ts";
import type { Dataflow } from "./dataflow.ts";
import type { SliceNode, SliceRegion, SliceRegionBody, SliceValue } from "./engine.ts";
import { type FoldedDataflow, Folding } from "./fold.ts";
import { refineFeeds, refineOutputs } from "./shape-refinement.ts";
import type { PlanNode, StepValue } from "./step-values.ts";

/** What is known of the variables of loops whose shapes change from one iteration to the next, by the op that names the loop. */
type LoopShapes = Map<Operation, readonly TensorShape[]>;

/** A variable of a loop does not keep the shape that it begins with: the step is planned anew. */
class ChangingShape extends Error {}

/** So often, then nothing is taken for granted of the variables of a loop. */
const MOST_PLANS = 8;

/**
 * The step for feeds of these shapes only, of a new plan of it; the variables have the shapes that the graph says. `null` when the shapes do
 * not go together: only a run of the step as it is for any shapes tells how it fails.
 */
export function foldForFeeds(plan: () => Dataflow, feeds: readonly NDArray[]): FoldedDataflow | null {
  const loops: LoopShapes = new Map();
  for (let count = 1; ; count += 1) {
    const dataflow = plan();
    try {
      const nodes = new FeedFolding(feeds, loops, count > MOST_PLANS).nodes(dataflow.nodes) as readonly PlanNode[];
      return { ...dataflow, nodes, assumesShapes: true };
    } catch (error) {
      if (error instanceof ChangingShape) continue;
      if (!(error instanceof NamesakeError)) throw error;
      return null;
    }
  }
}

class FeedFolding {
  readonly #feeds: readonly NDArray[];
  readonly #loops: LoopShapes;
  readonly #isWary: boolean;
  readonly #folding = new Folding(true);

  constructor(feeds: readonly NDArray[], loops: LoopShapes, isWary: boolean) {
    this.#feeds = feeds;
    this.#loops = loops;
    this.#isWary = isWary;
  }

  /** The nodes that are left. Each is gone through before the next: it tells that one's inputs. */
  nodes(nodes: readonly SliceNode[]): readonly SliceNode[] {
    const left: SliceNode[] = [];
    for (const node of nodes) {
      const refined = this.#refined(node);
      if (!this.#folding.folds(refined)) left.push(refined);
    }
    return left;
  }

  #refined(node: SliceNode): SliceNode {
    refineFeeds(node, this.#feeds);
    const { region } = node;
    if (region !== undefined) return { ...node, region: this.#region(node, region) };
    if (!("isCheck" in node && node.isCheck === true)) refineOutputs(node);
    return node;
  }

  #region(node: SliceNode, region: SliceRegion): SliceRegion {
    if (region.kind === "loop") return this.#loop(node, region);
    const [whenFalse, whenTrue] = [this.#body(region.whenFalse), this.#body(region.whenTrue)];
    for (const [i, output] of node.outputs.entries())
      refine(output, common(shapeAt(whenFalse.results, i), shapeAt(whenTrue.results, i)));
    return { ...region, whenFalse, whenTrue };
  }

  /** A variable of a loop has the shape with which it begins, if the body leaves it so: that is assumed, then looked at. */
  #loop(node: SliceNode, region: Extract<SliceRegion, { kind: "loop" }>): SliceRegion {
    const { parameters } = region.body;
    const widened = this.#loops.get(node.op);
    const known = parameters.map(({ shape }) => shape);
    const assumed = parameters.map((_, i) =>
      this.#isWary ? unknownShape : common(shapeAt(node.inputs, i), widened?.[i] ?? shapeAt(node.inputs, i)),
    );
    for (const [i, shape] of assumed.entries()) {
      refine(parameters[i] as SliceValue, shape);
      refine(region.condition.parameters[i] as SliceValue, shape);
    }
    const [condition, body] = [this.#body(region.condition), this.#body(region.body)];
    const held = assumed.map((shape, i) => common(shape, shapeAt(body.results, i)));
    const isHeld = held.every((shape, i) => (known[i] as TensorShape).mergeWith(shape).equals(shapeAt(parameters, i)));
    if (!isHeld) {
      this.#loops.set(node.op, held);
      throw new ChangingShape();
    }
    for (const [i, output] of node.outputs.entries()) {
      const { dims } = shapeAt(body.results, i);
      if (i < parameters.length) refine(output, shapeAt(parameters, i));
      else if (dims !== null) refine(output, new TensorShape([null, ...dims]));
    }
    return { ...region, condition, body };
  }

  #body(body: SliceRegionBody): SliceRegionBody {
    const nodes: SliceNode[] = [];
    const folded = new Set<SliceNode>();
    for (const node of body.nodes) {
      const refined = this.#refined(node);
      if (this.#folding.folds(refined)) folded.add(refined);
      nodes.push(refined);
    }
    const taken = new Set<SliceValue>(body.results);
    for (const node of nodes) if (!folded.has(node)) for (const input of node.inputs) taken.add(input);
    const made = new Set<SliceValue>(nodes.flatMap(({ outputs }) => outputs));
    // In a body nothing may be computed that nothing takes: what is only asked for its shape is asked on.
    const isIdle = (value: SliceValue): boolean => value.constant === null && made.has(value) && !taken.has(value);
    return { ...body, nodes: nodes.filter((node) => !folded.has(node) || node.inputs.some(isIdle)) };
  }
}

function refine(value: SliceValue, shape: TensorShape): void {
  if (value.constant === null) (value as StepValue).refine(shape);
}

function shapeAt(values: readonly SliceValue[], index: number): TensorShape {
  return (values[index] as SliceValue).shape;
}

/** What holds for values of either shape. */
function common(a: TensorShape, b: TensorShape): TensorShape {
  if (a === b) return a;
  if (a.dims === null || b.dims === null || a.dims.length !== b.dims.length) return unknownShape;
  const others = b.dims;
  return new TensorShape(a.dims.map((d, axis): Dimension => (d === others[axis] ? d : null)));
}
