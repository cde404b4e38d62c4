/**
 * What an engine is: the whole contract between a session and whatever computes. No variables and no effects pass this line;
 * the session turns a step into pure values first. `engines/contract.ts` checks an engine against it.
 */
import type { InputLayout } from "../graph/input-layout.ts";
import type { AttrValue } from "../graph/op-def.ts";
import type { Operation } from "../graph/operation.ts";
import type { DType } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { TensorShape } from "../tensor/shape.ts";

declare const engineValue: unique symbol;

/**
 * A value where the engine keeps it: an array, a handle, a buffer on a device. Only its engine looks inside. Values never change.
 *
 * Where the engine has `release`, each value belongs to whoever asked for it, and is given back once: what `fromHost` and `keep` make, and what
 * a run gives. Inputs of a run are only lent to it, and may be given back while it goes on.
 */
export interface EngineValue {
  readonly [engineValue]?: never;
}

/** A value of a step, before it is known: an edge of the slice. */
export interface SliceValue {
  /** Unique in its step. */
  readonly id: number;
  /** The name of the tensor or variable, for messages; not unique. */
  readonly name: string;
  readonly dtype: DType;
  /** What the graph knows of the shape. */
  readonly shape: TensorShape;
  /** The value itself when it is known when the slice is compiled: then it stands in no list of inputs. */
  readonly constant: NDArray | null;
  /** Whether it is the value of a variable that the step does not change, and so most likely the same in its next run. */
  readonly isLasting?: boolean;
}

/**
 * One op. `inputs` are the op's inputs in order, where a reference or handle stands for the variable's value.
 * `outputs` are the op's outputs in order; those of a write are its outputs that are no references, then the variable's new value.
 */
export interface SliceNode {
  readonly op: Operation;
  readonly inputs: readonly SliceValue[];
  readonly outputs: readonly SliceValue[];
  /** Set for a conditional or a loop: then `op` only names it. Engines without `runsRegions` never see one. */
  readonly region?: SliceRegion;
  /** Set where the node computes as another op does than the one that it stands for. Engines without `runsRegions` never see one. */
  readonly standIn?: StandIn;
}

/** The op that a node computes: its type, its attrs, and how its inputs are grouped (see `inputLayout`). */
export interface StandIn {
  readonly type: string;
  readonly attrs: Readonly<Record<string, AttrValue>>;
  readonly layout: InputLayout;
}

/**
 * A conditional or a loop as a node. A conditional's inputs are the predicate and the captures; its outputs are the results of the body
 * that runs. A loop's inputs are its variables at first and the captures; its outputs are the variables in the end, one for each,
 * then what was collected.
 */
export type SliceRegion =
  | {
      readonly kind: "if";
      readonly whenFalse: SliceRegionBody;
      readonly whenTrue: SliceRegionBody;
      readonly captures: readonly SliceValue[];
    }
  | {
      readonly kind: "loop";
      /** Its one result is a truth value: whether the body runs (again). */
      readonly condition: SliceRegionBody;
      /**
       * Its results are the variables' next values, then values that are collected: the loop's further outputs are those of all
       * iterations, stacked.
       */
      readonly body: SliceRegionBody;
      readonly captures: readonly SliceValue[];
    };

/** What a region runs. Nodes may take parameters, captures and constants; a result may be any of these, too. */
export interface SliceRegionBody {
  /** The variables of a loop; none in a conditional. */
  readonly parameters: readonly SliceValue[];
  readonly nodes: readonly SliceNode[];
  readonly results: readonly SliceValue[];
}

/** A pure computation: nodes in an order in which they can run. Every output is made by one of the nodes. */
export interface EngineSlice {
  readonly nodes: readonly SliceNode[];
  readonly inputs: readonly SliceValue[];
  readonly outputs: readonly SliceValue[];
}

/** A compiled slice. Inputs and outputs are in the slice's order. */
export interface Executable {
  /**
   * Computes the outputs: new values, which share no memory with the inputs, with constants or with each other.
   * An engine that can stop early does so when `signal` is aborted; the session gives up the step in any case.
   * @throws {OpError} with the field `op` of the op that failed, or any other error when the engine cannot tell.
   */
  run(
    inputs: readonly EngineValue[],
    options: { readonly signal: AbortSignal | null },
  ): Promise<readonly EngineValue[]>;
  /** As `run`, at once. Only called when the engine's `canRunSync` is set. */
  runSync(inputs: readonly EngineValue[]): readonly EngineValue[];
  /** Frees what compiling took. */
  release(): void;
}

/** What is known of shapes while a step is planned: it may be more than the graph knows. */
export interface PlannedShapes {
  /** One for each input of the op, where a handle stands for the variable's value. */
  readonly inputs: readonly TensorShape[];
  /** As the outputs of a node. */
  readonly outputs: readonly TensorShape[];
}

/** Computes slices. One session, or several, call it; it keeps nothing about them but values. */
export interface Engine {
  readonly name: string;
  /** Whether `compileSync` and `Executable.runSync` work. */
  readonly canRunSync: boolean;
  /** Whether the engine runs nodes that are regions. The session steers control flow itself where it does not. */
  readonly runsRegions?: boolean;
  /** Whether slices run faster where shapes are known. Then a session compiles steps for the shapes that they are fed. */
  readonly gainsByShapes?: boolean;
  /**
   * Whether the engine computes this op, exactly as its kernel does and with its failures; else why not. The session runs what is refused.
   * `known` has the values of inputs that became constants while the step was planned, and null for others; `shapes` what is known by then of
   * the shapes of its inputs and outputs.
   */
  supports(op: Operation, known?: readonly (NDArray | null)[], shapes?: PlannedShapes): true | string;
  compile(slice: EngineSlice): Promise<Executable>;
  compileSync(slice: EngineSlice): Executable;
  /**
   * As `compile`, for a slice whose ops nobody has asked `supports` about; `null` where it refuses one of them. Engines that find that out
   * by writing an op need not write it twice then; left out where asking costs little.
   */
  tryCompile?(slice: EngineSlice): Promise<Executable | null>;
  /** As `tryCompile`, at once. */
  tryCompileSync?(slice: EngineSlice): Executable | null;
  /** The engine's value of an array; it may share the array's memory. Whoever calls does not change the array while the value lives. */
  fromHost(array: NDArray): EngineValue;
  /** The value as an array; it may share the value's memory. Whoever calls does not change the array. */
  toHost(value: EngineValue): NDArray;
  /** Its shape, without bringing it to the host. */
  shapeOf(value: EngineValue): readonly number[];
  /** The value as an array that is nobody else's. Left out where copying what `toHost` gives is as good. */
  copyToHost?(value: EngineValue): NDArray;
  /** Whether what `toHost` gives for a value that a run has made outlives that value, and is nobody else's. */
  readonly copiesToHost?: boolean;
  /**
   * Whether a run is stopped by its signal wherever it is, also in a loop. Else steps that may be stopped keep their loops at the host, as no run
   * is stopped between two iterations.
   */
  readonly canStop?: boolean;
  /** The value of a variable, where the engine likes it best for many runs: the same value, or another and the given one is given back. */
  keep?(value: EngineValue): EngineValue;
  /** Tells that a value is no longer used. Engines whose values are collected like any object leave this out. */
  release?(value: EngineValue): void;
  /** Frees everything. */
  close(): void;
}
