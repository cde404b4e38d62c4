/**
 * What a kernel is: one op's arithmetic in plain TypeScript. Used by the reference engine, by host ops of every engine and for constants.
 * The tables stand beside the definitions, in `ops/<family>.kernels.ts`.
 */
import type { AttrsOf, OpDef, OpDefTable, PerInput } from "../graph/op-def.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { PhiloxState } from "../tensor/philox.ts";

/** Where the random numbers of one op in one session come from. */
export interface RandomStream {
  /** Where the next draw starts. */
  state: PhiloxState;
}

/** What a kernel may use beside its inputs. */
export interface KernelContext {
  /** The op, for messages; `inputs` where its graph is known. */
  readonly node: {
    readonly name: string;
    readonly type: string;
    readonly inputs?: readonly { readonly name: string }[];
  };
  /** The op's random stream in this session. A kernel with the effect `random` stores the state after its draw there; the session undoes that when the step fails. */
  readonly random: RandomStream | null;
  /** How many lines the op has printed in this session; the session counts. */
  readonly printCount: number;
  /** Collects a printed line; it appears when the step succeeds. */
  print(line: string): void;
}

/**
 * Computes an op. Inputs must not be changed, and may be returned as they are.
 *
 * A reference or resource input is given as the variable's value. A kernel with the effect `write` returns the op's outputs
 * that are no references, followed by the new values of the variables that it writes; it never changes an old value in place. A write that replaces
 * the whole value has no arithmetic: the executor stores the value itself.
 * Failures are `OpError`s with TensorFlow's text.
 */
export type Kernel<D extends OpDef = OpDef> = (
  inputs: PerInput<D, NDArray>,
  attrs: AttrsOf<D["attrs"]>,
  context: KernelContext,
) => NDArray | readonly NDArray[];

/** Marks an op that has no arithmetic: the executor itself moves its values (variables, placeholders, control flow). */
export const byExecutor = "executor";

/** A table with one entry per definition: a missing one does not compile. */
export type KernelTable<T extends OpDefTable> = { readonly [N in keyof T]: Kernel<T[N]> | typeof byExecutor };

/** Types a table against its definitions: each kernel receives exactly its op's inputs and attrs. */
export function kernelsFor<T extends OpDefTable>(): (table: KernelTable<T>) => KernelTable<T> {
  return (table) => table;
}
