import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ArgumentError, ArgumentTypeError, FormatError, NamesakeError } from "../../base/errors.ts";
import { resource } from "../../tensor/dtype.ts";
import { NDArray, ndarray } from "../../tensor/ndarray.ts";
import { crc32 } from "./crc32.ts";
import { decodeNpy, encodeNpy } from "./npy.ts";
import { decodeNpz, encodeNpz } from "./npz.ts";
import { readZip, writeZip } from "./zip.ts";

interface Holds {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly hex?: string;
  readonly texts?: readonly string[];
}

interface Golden {
  readonly npy: readonly (Holds & { readonly name: string; readonly file: string; readonly isOurs: boolean })[];
  readonly refused: Readonly<Record<string, string>>;
  readonly npz: Readonly<Record<string, { readonly file: string; readonly tensors: Readonly<Record<string, Holds>> }>>;
}

const golden = JSON.parse(readFileSync(join(import.meta.dirname, "../../../test/goldens/npz.json"), "utf8")) as Golden;

function bytesOf(base64: string | undefined): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(base64 ?? "", "base64"));
}

function held({ dtype, shape, data }: NDArray): Holds {
  if (Array.isArray(data))
    return { dtype: dtype.name, shape, texts: data.map((text) => Buffer.from(text).toString("base64")) };
  const hex = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex");
  return { dtype: dtype.name, shape, hex };
}

function wanted({ dtype, shape, hex, texts }: Holds): Holds {
  return { dtype, shape, ...(hex !== undefined && { hex }), ...(texts !== undefined && { texts }) };
}

async function failure(body: () => unknown): Promise<NamesakeError> {
  try {
    await body();
  } catch (error) {
    if (error instanceof NamesakeError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** A .npy file of version 1 with this header, as it is. */
function npyOf(header: string, elements: readonly number[] = []): Uint8Array {
  const head = Buffer.from(header, "latin1");
  const prefix = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, head.length & 0xff, head.length >> 8]);
  return new Uint8Array(Buffer.concat([prefix, head, Buffer.from(elements)]));
}

describe("arrays that NumPy wrote", () => {
  it.each(golden.npy)("$name: is read", ({ file, ...rest }) => {
    expect(held(decodeNpy(bytesOf(file)))).toEqual(wanted(rest));
  });

  it.each(golden.npy.filter(({ isOurs }) => isOurs))("$name: is written byte for byte", ({ file }) => {
    expect(Buffer.from(encodeNpy(decodeNpy(bytesOf(file)))).toString("base64")).toBe(file);
  });

  it.each(Object.entries(golden.refused))("%s have no values here", async (name, file) => {
    const error = await failure(() => decodeNpy(bytesOf(file), { tensorName: "t", file: "a.npy" }));
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toMatch(
      name === "objects" ? /pickled objects/ : name === "records" ? /named fields/ : /'<M8/,
    );
    expect(error.message).toContain("tensor  't'");
    expect(error.message).toContain("a.npy");
  });

  it.each(Object.entries(golden.npz))("%s files: are read", async (_name, { file, tensors }) => {
    const read = await decodeNpz(bytesOf(file));
    expect(Object.fromEntries(Array.from(read, ([name, tensor]) => [name, held(tensor)]))).toEqual(tensors);
    expect([...read.keys()]).toEqual(Object.keys(tensors));
  });
});

describe("arrays that are no arrays", () => {
  const descr = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }";

  it("are read with their keys in any order, and any white space", () => {
    const value = decodeNpy(npyOf("{'shape':( 2 , ),'fortran_order' :False , 'descr':'|u1'}  \n", [7, 8]));
    expect(value.toArray()).toEqual([7, 8]);
    expect(decodeNpy(npyOf("{'descr': '|u1', 'fortran_order': False, 'shape': (1L,)}", [7])).toArray()).toEqual([7]);
  });

  it.each([
    ["nothing", new Uint8Array()],
    ["another file", new Uint8Array(100)],
    ["a cut header", npyOf(descr).slice(0, 30)],
    ["an unknown version", npyOf(descr).map((byte, i) => (i === 6 ? 9 : byte))],
    ["too few elements", npyOf(descr, [0, 0, 0])],
    ["too many elements", npyOf(descr, [0, 0, 0, 0, 0])],
    ["a shape without end", npyOf(descr.replace("(1,)", `(${"9".repeat(300)},)`))],
    ["a shape that overflows", npyOf(descr.replace("(1,)", "(4294967296, 4294967296, 4294967296)"))],
    ["a negative shape", npyOf(descr.replace("(1,)", "(-1,)"))],
    ["no dict", npyOf("[1, 2]")],
    ["another key", npyOf(descr.replace("shape", "shapes"))],
    ["a key twice", npyOf("{'shape': (), 'shape': (), 'descr': '|u1'}", [1])],
    ["code", npyOf(descr.replace("(1,)", "__import__('os')"))],
    ["texts without bytes", npyOf("{'descr': '|S0', 'fortran_order': False, 'shape': (1000000000,)}")],
    ["a truth value of two", npyOf("{'descr': '|b1', 'fortran_order': False, 'shape': ()}", [2])],
    ["no character", npyOf("{'descr': '<U1', 'fortran_order': False, 'shape': ()}", [0, 0xd8, 0, 0])],
    ["brackets without end", npyOf(`{'descr': '<f4', ${"(".repeat(9000)}`)],
  ])("%s: is refused", async (_what, bytes) => {
    const error = await failure(() => decodeNpy(bytes));
    expect(error).toBeInstanceOf(FormatError);
    expect(error.fields["offset"]).toBeLessThanOrEqual(bytes.length);
  });

  it("cannot be written: handles, and texts that NumPy would cut", async () => {
    expect(await failure(() => encodeNpy(new NDArray(resource, [], [new Uint8Array()])))).toBeInstanceOf(
      ArgumentTypeError,
    );
    expect(await failure(() => encodeNpy(ndarray("a\0")))).toBeInstanceOf(ArgumentError);
  });

  it("have headers of any length", () => {
    const shape = Array.from({ length: 2000 }, () => 1);
    expect(decodeNpy(encodeNpy(new NDArray(ndarray(1).dtype, shape, new Float32Array([5])))).shape).toEqual(shape);
  });
});

describe("files of arrays", () => {
  const tensors = [
    ["a/w", ndarray([1, 2, 3], "float32")],
    ["b", ndarray(["x", "é"])],
    ["none", ndarray([], "int64", [0, 3])],
  ] as const;

  it.each([true, false])("are read as they were written (compressed: %s)", async (isCompressed) => {
    const bytes = await encodeNpz(tensors, { isCompressed });
    const read = await decodeNpz(bytes);
    expect([...read.keys()]).toEqual(["a/w", "b", "none"]);
    for (const [name, tensor] of tensors) expect(read.get(name)?.equals(tensor), name).toBe(true);
    expect(await encodeNpz(tensors, { isCompressed })).toEqual(bytes);
  });

  it("are smaller when compressed", async () => {
    const zeros = [["z", ndarray(new Float32Array(10_000))]] as const;
    expect((await encodeNpz(zeros, { isCompressed: true })).length).toBeLessThan(1000);
  });

  it("give tensors other names, both ways", async () => {
    const bytes = await encodeNpz(tensors, { rename: { "a/w": "w", none: null } });
    expect([...(await decodeNpz(bytes)).keys()]).toEqual(["w", "b"]);
    expect([...(await decodeNpz(bytes, { rename: (name) => `net/${name}` })).keys()]).toEqual(["net/w", "net/b"]);
  });

  it("refuse names that no tensor has, and one name for two", async () => {
    const misspelt = await failure(() => encodeNpz(tensors, { rename: { "a/v": "w" } }));
    expect(misspelt.message).toBe("No tensor is called 'a/v', which `rename` lists.\n  tensors  a/w, b, none");
    const twice = await failure(() => encodeNpz(tensors, { rename: { "a/w": "b" } }));
    expect(twice.message).toBe("Two tensors are called 'b'. 'a/w' and 'b' are renamed to it.");
    expect((await failure(() => encodeNpz([tensors[0], tensors[0]]))).message).toBe("Two tensors are called 'a/w'.");
  });
});

async function members(bytes: Uint8Array): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of readZip(bytes)) names.push(name);
  return names;
}

describe("zip files", () => {
  const one = [{ name: "a", bytes: new Uint8Array([1, 2, 3]) }] as const;

  it("have the checksum that all zip files have", () => {
    expect(crc32(Buffer.from("123456789"))).toBe(0xcbf43926);
  });

  it("may have a comment, and anything before a member", async () => {
    const bytes = await writeZip(one, { isCompressed: false });
    const commented = new Uint8Array([...bytes, 1, 2, 3]);
    new DataView(commented.buffer).setUint16(bytes.length - 2, 3, true);
    expect(await members(commented)).toEqual(["a"]);
  });

  /** A file in which one number is another; `where` counts from the directory's entry. */
  async function changed(where: number, value: number, isCompressed = false): Promise<Uint8Array> {
    const bytes = await writeZip(one, { isCompressed });
    const view = new DataView(bytes.buffer);
    const directory = view.getUint32(bytes.length - 6, true);
    view.setUint32(directory + where, value, true);
    return bytes;
  }

  it.each([
    ["a size of gigabytes", 24, 0xff00_0000, true],
    ["stored bytes past the end", 20, 0xff00_0000, true],
    ["another checksum", 16, 1, false],
    ["a size that is not the stored one", 24, 2, false],
    ["a smaller size than there are", 24, 2, true],
    ["a larger size than there are", 24, 4, true],
    ["a place past the end", 42, 0xff00_0000, false],
    ["a place that is no member's", 42, 1, false],
    ["an entry of another kind", 0, 0, false],
  ])("with %s are refused", async (_what, where, value, isCompressed) => {
    const bytes = await changed(where, value, isCompressed);
    expect(await failure(() => members(bytes))).toBeInstanceOf(FormatError);
  });

  it("whose members share bytes are refused", async () => {
    const two = await writeZip([...one, { name: "b", bytes: new Uint8Array([1, 2, 3]) }], { isCompressed: false });
    const view = new DataView(two.buffer);
    const directory = view.getUint32(two.length - 6, true);
    view.setUint32(directory + 47 + 42, 0, true);
    expect((await failure(() => members(two))).message).toContain("shares bytes");
  });

  it("of any damage are read or refused (seeded)", async () => {
    const whole = await encodeNpz(
      [
        ["a", ndarray([1, 2, 3])],
        ["b", ndarray(["x"])],
      ],
      { isCompressed: true },
    );
    let state = 20_261_122;
    const draw = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    let refused = 0;
    for (let round = 0; round < 1500; round += 1) {
      const bytes = whole.slice(0, draw(4) === 0 ? draw(whole.length) : whole.length);
      for (let i = 1 + draw(3); i > 0 && bytes.length > 0; i -= 1) bytes[draw(bytes.length)] = draw(256);
      try {
        await decodeNpz(bytes, { file: "a.npz" });
      } catch (error) {
        if (!(error instanceof FormatError) && !(error instanceof ArgumentError)) throw error;
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(500);
  });
});
