/**
 * NumPy's `.npz` files: named arrays in a zip file, bytes ⇄ values.
 *
 * Upstream: numpy/lib/_npyio_impl.py (NumPy 2), `savez`, `savez_compressed` and `load`: a member `NAME.npy` for each array.
 */
import { ArgumentError } from "../../base/errors.ts";
import type { NDArray } from "../../tensor/ndarray.ts";
import { withFile } from "../naming-file.ts";
import { type Rename, renamed } from "../renaming.ts";
import { decodeNpy, encodeNpy } from "./npy.ts";
import { readZip, writeZip } from "./zip.ts";

/** How `.npz` files are written. */
export interface EncodeNpzOptions {
  /** Whether elements are compressed, as by `savez_compressed`. Default: false. */
  readonly isCompressed?: boolean;
  /** What tensors are called in the file. Default: what they are called. */
  readonly rename?: Rename | undefined;
}

/** How `.npz` files are read. */
export interface DecodeNpzOptions {
  /** What tensors of the file are called. Default: what the file calls them. */
  readonly rename?: Rename | undefined;
  /** The name of the file that the bytes are of, for errors. */
  readonly file?: string | undefined;
}

const EXTENSION = ".npy";

/**
 * Writes named tensors as a `.npz` file. All dtypes but handles.
 *
 * @throws {ArgumentTypeError} for handles.
 * @throws {ArgumentError} for two tensors of one name, for names in `rename` that no tensor has, and for more than zip files hold.
 * @see NumPy `numpy.savez`
 * @example
 * const bytes = await encodeNpz([["tower/w", ndarray([1, 2], "float32")]], { isCompressed: true });
 * const tensors = await decodeNpz(bytes, { rename: { "tower/w": "w" } });
 * tensors.get("w").toArray(); // [1, 2]
 */
export async function encodeNpz(
  tensors: Iterable<readonly [name: string, tensor: NDArray]>,
  options: EncodeNpzOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { isCompressed = false, rename } = options;
  const members = Array.from(renamed(tensors, rename), ([name, tensor]) => {
    if (/\p{Surrogate}/u.test(name)) throw new ArgumentError(`The name ${JSON.stringify(name)} has half a character.`);
    return { name: `${name}${EXTENSION}`, bytes: encodeNpy(tensor) };
  });
  return writeZip(members, { isCompressed });
}

/**
 * Reads a `.npz` file: its tensors by name, in the order of the file. They keep nothing of `bytes`. Members that are no arrays are left out.
 *
 * Takes memory in proportion to the file and to what its members truly hold.
 *
 * @throws {FormatError} with the `offset` when the bytes are no such file, a checksum does not fit, or a member has no values here
 * (`tensorName`): pickled objects, times, records with named fields.
 * @throws {ArgumentError} for two tensors of one name, and for names in `rename` that no tensor has.
 * @see NumPy `numpy.load`
 * @example
 * const bytes = await encodeNpz([["a", ndarray(1)], ["b", ndarray(["x", "y"])]]);
 * [...(await decodeNpz(bytes)).keys()]; // ["a", "b"]
 */
export async function decodeNpz(bytes: Uint8Array, options: DecodeNpzOptions = {}): Promise<Map<string, NDArray>> {
  const { rename, file } = options;
  const tensors: [string, NDArray][] = [];
  try {
    for await (const member of readZip(bytes)) {
      if (!member.name.endsWith(EXTENSION)) continue;
      const tensorName = member.name.slice(0, -EXTENSION.length);
      tensors.push([tensorName, decodeNpy(member.bytes, { tensorName, file })]);
    }
  } catch (error) {
    throw withFile(file, error);
  }
  return new Map(renamed(tensors, rename));
}
