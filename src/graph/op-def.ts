/**
 * The vocabulary in which ops are defined: inputs, outputs, attrs, flags and shape inference as data.
 * A definition reads like TensorFlow's `REGISTER_OP` and can be compared with it mechanically. No op is defined here.
 */
import type { DType, DTypeName } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { TensorShape } from "../tensor/shape.ts";
import type { RawAttr } from "./raw-attr.ts";

/** Types that TensorFlow lists and this library has no values of. */
export type QuantizedName = "qint8" | "quint8" | "qint32" | "qint16" | "quint16";

/** A list of element types that an attr may take, in TensorFlow's order (it shows in error messages). */
export type TypeList = readonly (DTypeName | QuantizedName)[];

interface AttrBase<K extends string, V> {
  readonly kind: K;
  /** Absent: the attr must be given or inferred. */
  readonly default?: V;
}

/** The declaration of an attr: what it holds, its default, what it allows. */
export type AttrDef =
  | (AttrBase<"type", DTypeName> & { readonly allowed?: TypeList })
  | (AttrBase<"list(type)", readonly DTypeName[]> & { readonly allowed?: TypeList; readonly minimum?: number })
  | (AttrBase<"int", number> & { readonly minimum?: number })
  | (AttrBase<"list(int)", readonly number[]> & { readonly minimum?: number })
  | AttrBase<"float", number>
  | AttrBase<"list(float)", readonly number[]>
  | AttrBase<"bool", boolean>
  | (AttrBase<"string", string> & { readonly allowed?: readonly string[] })
  | AttrBase<"list(string)", readonly string[]>
  | AttrBase<"shape", readonly (number | null)[] | null>
  | AttrBase<"list(shape)", readonly (readonly (number | null)[] | null)[]>
  | AttrBase<"tensor", never>
  | AttrBase<"func", string>;

/** The value that an attr of each kind holds in an operation. */
export interface AttrValues {
  type: DType;
  "list(type)": readonly DType[];
  int: number;
  "list(int)": readonly number[];
  float: number;
  "list(float)": readonly number[];
  bool: boolean;
  string: string;
  "list(string)": readonly string[];
  shape: TensorShape;
  "list(shape)": readonly TensorShape[];
  tensor: NDArray;
  func: string;
}

/** Any attr value. */
export type AttrValue = AttrValues[keyof AttrValues] | RawAttr;

/** The declarations of an op's attrs, by GraphDef spelling. */
export type AttrDefs = Readonly<Record<string, AttrDef>>;

/** The attrs that a rule of the op receives. */
export type AttrsOf<A extends AttrDefs> = { readonly [K in keyof A]: AttrValues[A[K]["kind"]] };

/** What an execution of the op does beside computing its outputs. The planner reads this and never an op's type. */
export type Effect =
  /** Nothing. */
  | "none"
  /** Is a variable: its output is the reference or handle. */
  | "variable"
  /** Reads the variable of its first input. */
  | "read"
  /** Reads whether the variable of its first input has a value. */
  | "peek"
  /** Writes the variables of its first inputs, as many as `writes` says. */
  | "write"
  /** Passes a reference on without reading it. */
  | "pass"
  /** Draws from a random stream that the session keeps. */
  | "random"
  /** Prints or asserts: has a result outside of the graph, or fails. */
  | "host";

/** What an op does to the flow of control (TensorFlow's dataflow frames and dead values). */
export type FlowRole = "switch" | "merge" | "enter" | "exit" | "nextIteration" | "loopCond";

/** What is known of the values behind a handle. */
export interface HandleData {
  readonly dtype: DType;
  readonly shape: TensorShape;
}

/** What shape inference may ask about the node. Shapes follow the flattened inputs. */
export interface InferContext {
  readonly inputCount: number;
  /** The static shape of an input. */
  input(index: number): TensorShape;
  /** The element type of an input, a reference's base type. */
  dtype(index: number): DType;
  /** The value of an input when it can be computed now. */
  constant(index: number): NDArray | null;
  /** A 1-D integer input read as a shape: what of it is known. `null` when its length is unknown, too. */
  constantAsShape(index: number): TensorShape;
  /** The shape whose dimensions are the elements of an input; `null` when the input comes from no op that asks for a shape. */
  shapeHeld(index: number): TensorShape | null;
  /** What is known of the values behind a resource input. */
  handle(index: number): HandleData | null;
  /** The values of the node's attrs, untyped; rules get them typed as a second argument. */
  readonly attrs: Readonly<Record<string, AttrValue>>;
}

/** The definition of an op. `I` and `A` keep the literal types so that rules are checked against them. (Rules are methods: tables of many definitions need their parameters to be bivariant.) */
export interface OpDef<I extends readonly string[] = readonly string[], A extends AttrDefs = AttrDefs> {
  /** TensorFlow's type, such as `MatMul`. */
  readonly type: string;
  /** `"a: T"`, `"values: N * T"`, `"data: Tlist"`, `"ref: Ref(T)"`, `"inputs: N * Ref(T)"`, `"handle: resource"`, as TensorFlow writes them. */
  readonly inputs: I;
  readonly outputs: readonly string[];
  readonly attrs: A;
  /** The shapes of the outputs (flattened). Throws `ShapeError` for inputs that cannot fit. */
  infer(context: InferContext, attrs: AttrsOf<A>): readonly TensorShape[];
  /** The outputs' values as far as shapes alone tell them (`Shape`, `Rank`, `Size`). */
  fold?(context: InferContext, attrs: AttrsOf<A>): readonly (NDArray | null)[] | null;
  /** The first output read as a shape, as far as it is known; for ops through which shapes are computed (`Shape`, `Pack`, `ConcatV2`, `StridedSlice`). */
  foldShape?(context: InferContext, attrs: AttrsOf<A>): TensorShape;
  /** The shape whose dimensions are the elements of an output (`Shape`, `ShapeN`). */
  shapeHeld?(context: InferContext, output: number): TensorShape;
  /** What is known of the values behind the handle that the op makes, where they are no variable's; `null` for nothing. */
  handleData?(attrs: AttrsOf<A>): HandleData | null;
  /** TensorFlow's `is_stateful`. */
  readonly stateful: boolean;
  readonly effect: Effect;
  readonly flow?: FlowRole;
  /** TensorFlow's `allows_uninitialized_input`. */
  readonly allowsUninitializedInput: boolean;
  /** Whether a write stores its second input whole, so that the variable needs no value before. */
  readonly replaces: boolean;
  /** How many variables a write changes: those of its first inputs. */
  readonly writes: number;
  /** Whether a read gives the variable's value itself, and nothing computed of it. */
  readonly givesValue: boolean;
  /** Whether the op works on something that other ops of the step work on, too, so that the order among them shows. */
  readonly sharesState: boolean;
  /** Whether the op executes although what it waits for is in a branch that is not taken. */
  readonly isTrigger: boolean;
  /** Whether the op may be evaluated while the graph is built. */
  readonly foldable: boolean;
  /** Since which version of GraphDef TensorFlow refuses the op, and what it says of it. */
  readonly withdrawn?: readonly [version: number, explanation: string];
  /** It came with an imported graph and nothing here computes it: all that is known of the op is what that graph says. */
  readonly isForeign?: true;
}

/** The parts of a definition that have defaults. */
interface OpFlags {
  readonly stateful?: boolean;
  readonly effect?: Effect;
  readonly flow?: FlowRole;
  readonly allowsUninitializedInput?: boolean;
  readonly replaces?: boolean;
  /** Default: 1. */
  readonly writes?: number;
  readonly givesValue?: boolean;
  readonly sharesState?: boolean;
  readonly isTrigger?: boolean;
  /** Default: whether the op has no effect and is not stateful. */
  readonly foldable?: boolean;
  readonly withdrawn?: readonly [version: number, explanation: string];
}

/** The flags of an op of which nothing special is known. */
export const plainFlags = {
  allowsUninitializedInput: false,
  replaces: false,
  writes: 1,
  givesValue: false,
  sharesState: false,
  isTrigger: false,
} as const satisfies OpFlags;

/**
 * Makes a definition. Literal types are kept, so that a rule with a wrong input or attr does not compile:
 * `const Square = defineOp({ type: "Square", inputs: ["x: T"], outputs: ["y: T"], attrs: { T: attr.type(numeric) }, infer: sameShape })`.
 */
export function defineOp<const I extends readonly string[], const A extends AttrDefs>(
  def: Pick<
    OpDef<I, A>,
    "type" | "inputs" | "outputs" | "attrs" | "infer" | "fold" | "foldShape" | "shapeHeld" | "handleData"
  > &
    OpFlags,
): OpDef<I, A> {
  const effect = def.effect ?? "none";
  const stateful = def.stateful ?? false;
  return {
    ...plainFlags,
    ...def,
    effect,
    stateful,
    foldable: def.foldable ?? (effect === "none" && !stateful && def.flow === undefined),
  };
}

/** Constructors of attr declarations. */
export const attr = {
  type: (allowed?: TypeList, fallback?: DTypeName) =>
    ({ kind: "type", ...(allowed && { allowed }), ...(fallback && { default: fallback }) }) as const,
  types: (options: { allowed?: TypeList; default?: readonly DTypeName[]; minimum?: number } = {}) =>
    ({ kind: "list(type)", ...options }) as const,
  int: (fallback?: number, minimum?: number) =>
    ({
      kind: "int",
      ...(fallback !== undefined && { default: fallback }),
      ...(minimum !== undefined && { minimum }),
    }) as const,
  ints: (fallback?: readonly number[], minimum?: number) =>
    ({ kind: "list(int)", ...(fallback && { default: fallback }), ...(minimum !== undefined && { minimum }) }) as const,
  float: (fallback?: number) => ({ kind: "float", ...(fallback !== undefined && { default: fallback }) }) as const,
  floats: (fallback?: readonly number[]) => ({ kind: "list(float)", ...(fallback && { default: fallback }) }) as const,
  bool: (fallback?: boolean) => ({ kind: "bool", ...(fallback !== undefined && { default: fallback }) }) as const,
  string: (fallback?: string, allowed?: readonly string[]) =>
    ({ kind: "string", ...(fallback !== undefined && { default: fallback }), ...(allowed && { allowed }) }) as const,
  strings: (fallback?: readonly string[]) =>
    ({ kind: "list(string)", ...(fallback && { default: fallback }) }) as const,
  shape: (fallback?: readonly (number | null)[] | null) =>
    ({ kind: "shape", ...(fallback !== undefined && { default: fallback }) }) as const,
  shapes: (fallback?: readonly (readonly (number | null)[] | null)[]) =>
    ({ kind: "list(shape)", ...(fallback && { default: fallback }) }) as const,
  tensor: () => ({ kind: "tensor" }) as const,
  func: () => ({ kind: "func" }) as const,
};

/** Every table of definitions, for rules that must cover one. */
export type OpDefTable = Readonly<Record<string, OpDef>>;

/** Whether an input declaration stands for a list of tensors: `N * T`, or a type that is a `list(type)` attr. */
type IsList<D extends OpDef, S> = S extends `${string}: ${string} * ${string}`
  ? true
  : S extends `${string}: ${infer T}`
    ? T extends keyof D["attrs"]
      ? D["attrs"][T]["kind"] extends "list(type)"
        ? true
        : false
      : false
    : false;

/** One value of type `V` per input of the op; an input that is a list of tensors becomes an array. */
export type PerInput<D extends OpDef, V, I extends readonly string[] = D["inputs"]> = {
  readonly [K in keyof I]: IsList<D, I[K]> extends true ? readonly V[] : V;
};
