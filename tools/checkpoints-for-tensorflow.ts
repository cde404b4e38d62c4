/**
 * Writes checkpoints of random tensors to a folder, with what they hold in `expected.json`, for tools/check-checkpoints.py to read with
 * TensorFlow: `node tools/run-ts.mjs tools/checkpoints-for-tensorflow.ts FOLDER [SEED]`.
 */
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NDArray } from "namesake";
import {
  type CheckpointValue,
  CheckpointWriter,
  createFile,
  type Extent,
  mergeCheckpointsSync,
  openCheckpointSync,
} from "namesake/formats";
import { asDType, type DType } from "../src/tensor/dtype.ts";

interface Expected {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly elements: string | readonly string[];
  slices?: Record<string, string>;
}

interface Case {
  readonly prefix: string;
  /** Whether a saver can restore all of it. */
  readonly hasVariables: boolean;
  readonly tensors: Record<string, Expected>;
}

const [folder = ".", seed = "1"] = process.argv.slice(2);
let state = Number(seed) | 1;

/** A whole number below `limit`. */
function draw(limit: number): number {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return (state >>> 8) % limit;
}

function drawBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, () => draw(256));
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function writerFor(prefix: string): CheckpointWriter {
  const path = join(folder, prefix);
  return new CheckpointWriter({
    data: createFile(`${path}.data-00000-of-00001`),
    index: createFile(`${path}.index`),
  });
}

/** A tensor of a type that has values, of random bytes: any bits are some number, but for truth values. */
function drawTensor(dtype: DType, shape: readonly number[]): NDArray {
  const count = shape.reduce((product, size) => product * size, 1);
  if (dtype.isString)
    return new NDArray(
      dtype,
      shape,
      Array.from({ length: count }, () => drawBytes(draw(300))),
    );
  const bytes = drawBytes(count * dtype.size);
  if (dtype.isBool) for (const [i, byte] of bytes.entries()) bytes[i] = byte & 1;
  const { buffer } = bytes;
  const data = dtype.size === 8 ? new Float64Array(buffer) : dtype.size === 4 ? new Float32Array(buffer) : bytes;
  return new NDArray(dtype, shape, data);
}

function described(value: NDArray): Expected {
  const { data, shape, dtype } = value;
  if (Array.isArray(data)) return { dtype: dtype.name, shape, elements: data.map(hexOf) };
  return { dtype: dtype.name, shape, elements: hexOf(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) };
}

const names =
  "float16 bfloat16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool complex64 complex128";

function everyType(): Case {
  const writer = writerFor("types");
  const tensors: Case["tensors"] = {};
  for (const name of `${names} string`.split(" ")) {
    for (const shape of [[], [3], [2, 0], [2, 1, 3]]) {
      const value = drawTensor(asDType(name), shape);
      const key = `${name}/é${shape.length}`;
      writer.addSync(key, value);
      tensors[key] = described(value);
    }
  }
  const raw: CheckpointValue = { dtype: "float8_e5m2", shape: [4], bytes: drawBytes(4).map((byte) => byte & 0x7b) };
  writer.addSync("raw", raw);
  tensors["raw"] = { dtype: raw.dtype, shape: raw.shape, elements: hexOf(raw.bytes) };
  writer.finishSync();
  return { prefix: "types", hasVariables: false, tensors };
}

/** Many variables, so that the index has several blocks; some of them large. */
function many(): Case {
  const writer = writerFor("many");
  const tensors: Case["tensors"] = {};
  for (let i = 0; i < 400; i++) {
    const key = `tower_${i % 3}/${hexOf(drawBytes(600))}/w_${i}`;
    const value = drawTensor(asDType("float32"), i % 50 === 0 ? [100 + draw(9), 257] : [draw(4) + 1]);
    writer.addSync(key, value);
    tensors[key] = described(value);
  }
  writer.finishSync();
  return { prefix: "many", hasVariables: false, tensors };
}

function variables(): Case {
  const writer = writerFor("variables");
  const tensors: Case["tensors"] = {};
  for (const [i, name] of ["net/w", "net/b", "net/w/Adam", "global step"].entries()) {
    const value = drawTensor(asDType(i === 3 ? "int64" : "float32"), i === 3 ? [] : [3, i + 1]);
    writer.addSync(name, value);
    tensors[name] = described(value);
  }
  writer.finishSync();
  return { prefix: "variables", hasVariables: true, tensors };
}

/** A table in slices, each half of which is in a checkpoint of its own that is merged. */
function partitioned(): Case {
  const shape = [300, 4];
  const rows = Array.from({ length: 300 }, () => drawBytes(16));
  const cuts = [0, 1 + draw(62), 64 + draw(100), 200 + draw(99), 300];
  const part = (from: number, to: number): NDArray =>
    new NDArray(
      asDType("float32"),
      [to - from, 4],
      new Float32Array(new Uint8Array(Buffer.concat(rows.slice(from, to))).buffer),
    );
  const slices: Record<string, string> = {};
  for (const half of [0, 1]) {
    const writer = writerFor(`part-${half}`);
    for (let i = 2 * half; i < 2 * half + 2; i++) {
      const [from, to] = [cuts[i] ?? 0, cuts[i + 1] ?? 0];
      const extents: Extent[] = [[from, to - from], i % 2 === 0 ? null : [0, 4]];
      writer.addSliceSync("emb/table", shape, extents, part(from, to));
    }
    writer.addSync(`bias_${half}`, part(half, half + 1));
    writer.finishSync();
  }
  const prefixes = ["part-0", "part-1"].map((prefix) => join(folder, prefix));
  const { index, renames } = mergeCheckpointsSync(prefixes, join(folder, "merged"));
  for (const { from, to } of renames) renameSync(from, to);
  writeFileSync(join(folder, "merged.index"), index);
  for (const [from, to] of [
    [0, 300],
    [10, 20],
    [cuts[1] ?? 0, 299],
  ] as const) {
    slices[`300 4 ${from},${to - from}:0,4`] = hexOf(new Uint8Array(Buffer.concat(rows.slice(from, to))));
  }
  const whole = described(part(0, 300));
  return {
    prefix: "merged",
    hasVariables: true,
    tensors: { "emb/table": { ...whole, slices }, bias_0: described(part(0, 1)), bias_1: described(part(1, 2)) },
  };
}

const cases = [everyType(), many(), variables(), partitioned()];
// What is written is read here, too.
for (const { prefix, tensors } of cases) {
  const reader = openCheckpointSync(join(folder, prefix));
  for (const [name, { dtype, elements }] of Object.entries(tensors)) {
    const got =
      dtype === "string" ? described(reader.getTensorSync(name)).elements : hexOf(reader.getBytesSync(name).bytes);
    if (String(got) !== String(elements)) throw new Error(`${prefix}: ${name} is not what was written`);
  }
  reader.closeSync();
}
writeFileSync(join(folder, "expected.json"), JSON.stringify(cases));
