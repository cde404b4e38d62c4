/** How the cases of gradients that are compared with differences are written. */
import type { Tensor } from "namesake";
import { applyOp } from "../../src/graph/apply-op.ts";
import { type Literal, ndarray } from "../../src/tensor/ndarray.ts";
import { definition } from "../op-golden.ts";

/** A case: an op of given inputs and attrs, or a function that has several ops. */
export interface GradientCheck {
  readonly name: string;
  readonly values: readonly Literal[];
  readonly build: (...xs: Tensor[]) => Tensor | readonly Tensor[];
  /** 1 where TensorFlow has no rule, or none that is a derivative, for the gradient itself. */
  readonly order: 1 | 2;
  /** Whether float64 is not taken. */
  readonly isNarrow?: boolean;
}

/** Numbers that are not differentiated. */
class Fixed {
  readonly dtype: "int32" | "int64" | "bool" | "float64" | "T";
  readonly value: Literal;
  constructor(dtype: "int32" | "int64" | "bool" | "float64" | "T", value: Literal) {
    this.dtype = dtype;
    this.value = value;
  }
}

export const i = (value: Literal): Fixed => new Fixed("int32", value);
export const l = (value: Literal): Fixed => new Fixed("int64", value);
export const b = (value: Literal): Fixed => new Fixed("bool", value);
/** Doubles, whatever the others are. */
export const d = (value: Literal): Fixed => new Fixed("float64", value);
/** Real numbers, not differentiated. */
export const c = (value: Literal): Fixed => new Fixed("T", value);

/** Several inputs that are one. */
class List {
  readonly items: readonly (Literal | Fixed)[];
  constructor(items: readonly (Literal | Fixed)[]) {
    this.items = items;
  }
}

export const list = (...items: readonly (Literal | Fixed)[]): List => new List(items);

type Input = Literal | Fixed | List;

/** Numbers in which nothing is equal and nothing near 0: `low`, and on. */
export function ramp(shape: readonly number[], low = 0.3, step = 0.17): Literal {
  const [size = 1, ...inner] = shape;
  const width = inner.reduce((product, d) => product * d, 1);
  // Neighbours are far apart, so that no extreme is near another one.
  if (inner.length === 0)
    return Array.from({ length: size }, (_, k) => low + step * ((k * 7) % (size % 7 === 0 ? size + 1 : size)));
  return Array.from({ length: size }, (_, k) =>
    ramp(inner, low + step * 0.37 + ((k * 5) % 11) * step * 0.61 + width * 0.01, step),
  );
}

export function op(type: string, inputs: readonly Input[], attrs: object = {}, order: 1 | 2 = 2): GradientCheck {
  const values: Literal[] = [];
  const places = inputs.map((input) => {
    const placeOf = (one: Literal | Fixed): number | Fixed => (one instanceof Fixed ? one : values.push(one) - 1);
    return input instanceof List ? input.items.map(placeOf) : placeOf(input as Literal | Fixed);
  });
  const build = (...xs: Tensor[]): readonly Tensor[] => {
    const tensorOf = (place: number | Fixed): unknown => {
      if (typeof place === "number") return xs[place];
      return ndarray(place.value, place.dtype === "T" ? (xs[0] as Tensor).dtype : place.dtype);
    };
    const given = places.map((place) =>
      Array.isArray(place) ? place.map(tensorOf) : tensorOf(place as number | Fixed),
    );
    return applyOp(definition(type), given, attrs as never).outputs;
  };
  return { name: type, values, build, order };
}

/** A case of several ops. */
export function made(
  name: string,
  values: readonly Literal[],
  build: (...xs: readonly Tensor[]) => Tensor | readonly Tensor[],
  order: 1 | 2 = 2,
): GradientCheck {
  return { name, values, build: build as GradientCheck["build"], order };
}

/** Without the other results: they are there for the gradient, and have none of their own. */
export function firstOutput(one: GradientCheck): GradientCheck {
  return { ...one, build: (...xs) => (one.build(...xs) as readonly Tensor[])[0] as Tensor };
}

/** Of an op that does not take float64. */
export function narrow(one: GradientCheck): GradientCheck {
  return { ...one, isNarrow: true };
}

export function firstOrder(one: GradientCheck): GradientCheck {
  return { ...one, order: 1 };
}

export const unary = (low: number, ...types: readonly string[]): GradientCheck[] =>
  types.map((type) => op(type, [[low, low + 0.2, low + 0.35]]));
export const binary = (...types: readonly string[]): GradientCheck[] =>
  types.map((type) => op(type, [[[1.3, 0.6]], [[0.7], [2.2]]]));
export const symmetric = [[2, 0.5, 0.25], [0.5, 3, -0.5], [0.25, -0.5, 1.5]]; // biome-ignore format: a matrix
const same = { padding: "SAME" };
export const window = { ksize: [1, 2, 2, 1], strides: [1, 2, 2, 1], padding: "VALID" };
export const volume = { ksize: [1, 2, 2, 2, 1], strides: [1, 2, 2, 2, 1], padding: "VALID" };
export const unit = { strides: [1, 1, 1, 1], ...same };
export const unitVolume = { strides: [1, 1, 1, 1, 1], ...same };
