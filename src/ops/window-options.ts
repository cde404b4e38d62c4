/** What builders of convolution and pooling accept for strides, sizes and padding, turned into attrs. Mirrors `_get_sequence` and `convert_padding`, python/ops/nn_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { pythonText, pythonTypeName } from "../base/text.ts";

/** One number for rows and columns, one for each, or one for each of the four dimensions. */
export type WindowNumbers = number | readonly number[];

/** `SAME`, `VALID`, or how many elements are added before and after in each of the four dimensions. */
export type PaddingLike = string | readonly (readonly number[])[];

/** Numbers for all dimensions, of which `count` are of space. @throws {ArgumentError} for another length. */
function allNumbers(
  given: WindowNumbers | null | undefined,
  count: number,
  dataFormat: string,
  name: string,
): readonly number[] {
  if (given === null || given === undefined) return new Array<number>(count + 2).fill(1);
  const list = typeof given === "number" ? [given] : given;
  if (list.length === count + 2) return list;
  if (list.length !== 1 && list.length !== count) {
    throw new ArgumentError(
      `${name} should be of length 1, ${count} or ${count + 2}. Received: ${name}=${pythonText(list)} of length ${list.length}`,
      { [name]: given },
    );
  }
  const space = list.length === 1 ? new Array<number>(count).fill(list[0] as number) : list;
  return dataFormat.startsWith("NC") ? [1, 1, ...space] : [1, ...space, 1];
}

/** Numbers for the four dimensions of images. @throws {ArgumentError} for another count. */
export function fourNumbers(
  given: WindowNumbers | null | undefined,
  dataFormat: string,
  name: string,
): readonly number[] {
  return allNumbers(given, 2, dataFormat, name);
}

/** Numbers for the three dimensions of sequences. @throws {ArgumentError} for another count. */
export function threeNumbers(
  given: WindowNumbers | null | undefined,
  dataFormat: string,
  name: string,
): readonly number[] {
  return allNumbers(given, 1, dataFormat, name);
}

/** Numbers for the five dimensions of volumes. @throws {ArgumentError} for another count. */
export function fiveNumbers(
  given: WindowNumbers | null | undefined,
  dataFormat: string,
  name: string,
): readonly number[] {
  return allNumbers(given, 3, dataFormat, name);
}

/** The attrs `padding` and `explicit_paddings`. @throws {ArgumentError} for lists of another form. */
export function paddingAttrs(padding: PaddingLike): {
  readonly padding: string;
  readonly explicit_paddings: readonly number[];
} {
  if (padding === "EXPLICIT") {
    throw new ArgumentError(
      "'EXPLICIT' is not a valid value for `padding`. To use explicit padding, `padding` must be a list.",
      { padding },
    );
  }
  if (typeof padding === "string") return { padding, explicit_paddings: [] };
  for (const [i, pair] of padding.entries()) {
    const prefix = `When \`padding\` is a list, each element of \`padding\` must be a list/tuple of size 2. Received: padding=${pythonText(padding)} with element at index ${i}`;
    if (!Array.isArray(pair))
      throw new ArgumentError(`${prefix} of type <class '${pythonTypeName(pair)}'>`, { padding });
    if (pair.length !== 2) throw new ArgumentError(`${prefix} of size ${pair.length}`, { padding });
  }
  if (padding.length !== 4) {
    throw new ArgumentError(
      `When padding is a list, it must be of size 4. Received: padding=${pythonText(padding)} of size ${padding.length}`,
      { padding },
    );
  }
  return { padding: "EXPLICIT", explicit_paddings: padding.flat() };
}
