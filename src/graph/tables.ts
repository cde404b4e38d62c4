/**
 * What a graph needs from the layers above it. The graph layer only declares it; `index.ts` composes the library once.
 */
import { invariant } from "../base/assert.ts";
import type { DType } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { Graph } from "./graph.ts";
import type { Operation } from "./operation.ts";
import type { Tensor } from "./tensor.ts";

/** Python's operators as methods of `Tensor`; each makes the op that the Python operator makes. */
export interface OperatorTable {
  /** `x + y`, `x - y`, …: `name` is TensorFlow's operator name, such as `add` or `truediv`. */
  binary(name: BinaryOperator, x: unknown, y: unknown): Tensor;
  unary(name: UnaryOperator, x: Tensor): Tensor;
  /** A list with tensors in it as one tensor (`Pack`, or nested ones). */
  pack(values: readonly unknown[], dtype: DType | undefined, name: string): Tensor;
  /** `x[0, :, 2:]`. */
  index(x: Tensor, spec: string | readonly unknown[]): Tensor;
}

export type BinaryOperator =
  | "add"
  | "sub"
  | "mul"
  | "truediv"
  | "div"
  | "floordiv"
  | "mod"
  | "pow"
  | "matmul"
  | "less"
  | "lessEqual"
  | "greater"
  | "greaterEqual"
  | "and"
  | "or"
  | "xor";
export type UnaryOperator = "neg" | "abs" | "invert";

/** Evaluates one op on known inputs while the graph is built; `null` when it cannot. */
export type Evaluate = (op: Operation, inputs: readonly NDArray[]) => readonly NDArray[] | null;

/** A step that a session runs, as it is told to whoever watches. */
export interface WatchedStep {
  /** Something that stands for the session. */
  readonly session: object;
  readonly graph: Graph;
  readonly fetches: readonly (Tensor | Operation)[];
  /** All ops that the step executes. */
  readonly ops: readonly Operation[];
}

/** Who watches programs for mistakes that are no errors. */
export interface Watch {
  /** A variable was made by `getVariable` or `new Variable`; `variables/journal.ts` knows more of it. */
  variableMade(op: Operation): void;
  /** A session runs a step for the first time, or for the first time since the graph has grown. */
  stepRuns(step: WatchedStep): void;
  /** Rows of a large tensor became the whole of it, with so many elements, by this op. */
  rowsMadeDense(op: Operation, elementCount: number): void;
}

export interface LibraryTables {
  readonly operators: OperatorTable;
  readonly evaluate: Evaluate;
  readonly watch?: Watch;
}

let tables: LibraryTables | undefined;

/** Called once, by the library's entry. */
export function provideTables(provided: LibraryTables): void {
  tables = provided;
}

export function libraryTables(): LibraryTables {
  invariant(tables, "the library was not composed: import it through its entry");
  return tables;
}
