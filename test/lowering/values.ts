/** Values as the recorded cases write them. */
import { allocate, asDType, type DTypeName } from "../../src/tensor/dtype.ts";
import { type Element, NDArray, writeElement } from "../../src/tensor/ndarray.ts";

/** One element: a number, its name, or a list of its parts. */
type Written = number | string | boolean | readonly (number | string)[];

/** A value: its elements in one text or in a list. */
export interface Value {
  readonly dtype: DTypeName;
  readonly shape: readonly number[];
  readonly data: string | readonly Written[];
}
/** The same as a list. */
export type Encoded = readonly [dtype: DTypeName, shape: readonly number[], data: readonly Written[]];

/** The array of a recorded value. */
export function valueOf(value: Value | Encoded): NDArray {
  const { dtype, shape, data } = "dtype" in value ? value : { dtype: value[0], shape: value[1], data: value[2] };
  const type = asDType(dtype);
  const count = shape.reduce((n, d) => n * d, 1);
  const written = count === 0 ? [] : typeof data === "string" ? data.split(" ") : data;
  const values = allocate(type, count);
  for (const [i, one] of written.entries()) writeElement(type, values, i, elementOf(type.isString, type.isBig, one));
  return new NDArray(type, shape, values);
}

const words: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Infinity,
  "-inf": -Infinity,
  true: 1,
  false: 0,
};

function elementOf(isString: boolean, isBig: boolean, written: Written): Element {
  if (typeof written === "object") {
    const [re = 0, im = 0] = written.map((part) => words[part] ?? Number(part));
    return [re, im];
  }
  const text = String(written);
  if (isString) return text;
  return isBig ? BigInt(text) : (words[text] ?? Number(text));
}
