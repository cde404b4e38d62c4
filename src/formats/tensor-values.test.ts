/** Values of TensorProtos in the forms that files have; what importing makes of them is tested in `interop`. */
import { describe, expect, it } from "vitest";
import { FormatError } from "../base/errors.ts";
import type { TensorRecord } from "../base/graph-def.ts";
import { decodeTensor } from "./tensor-values.ts";

function shape(...sizes: number[]): TensorRecord["tensorShape"] {
  return { dim: sizes.map((size) => ({ size })), unknownRank: false };
}

function failure(record: TensorRecord, maxBytes?: number): FormatError {
  try {
    decodeTensor(record, { tensorName: "net/c", file: "g.pb", ...(maxBytes !== undefined && { maxBytes }) });
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("values of tensors", () => {
  it.each<[string, TensorRecord, unknown]>([
    ["bytes", { dtype: 3, tensorShape: shape(2), tensorContent: new Uint8Array([1, 0, 0, 0, 2, 0, 0, 0]) }, [1, 2]],
    ["a list", { dtype: 9, tensorShape: shape(2), int64Val: [1, 2n] }, [1n, 2n]],
    ["a list of fewer elements", { dtype: 1, tensorShape: shape(3), floatVal: [1, 7] }, [1, 7, 7]],
    ["nothing", { dtype: 1, tensorShape: shape(2) }, [0, 0]],
    ["no elements", { dtype: 1, tensorShape: shape(0, 4) }, []],
    ["texts", { dtype: 7, tensorShape: shape(), stringVal: [new Uint8Array([0x61])] }, "a"],
  ])("are read from %s", (_what, record, value) => {
    expect(decodeTensor(record)?.toArray()).toEqual(value);
  });

  it("of types without values are null", () => {
    expect(decodeTensor({ dtype: 11, tensorShape: shape() })).toBeNull();
    expect(decodeTensor({ dtype: 20, tensorShape: shape() })).toBeNull();
  });

  it.each<[string, TensorRecord]>([
    ["an unknown type", { dtype: 99, tensorShape: shape() }],
    ["a reference", { dtype: 101, tensorShape: shape() }],
    ["a dimension that is not known", { dtype: 1, tensorShape: shape(-1) }],
    ["an unknown rank", { dtype: 1, tensorShape: { dim: [], unknownRank: true } }],
    ["bytes that are too few", { dtype: 1, tensorShape: shape(2), tensorContent: new Uint8Array(4) }],
    ["half a complex number", { dtype: 8, tensorShape: shape(1), scomplexVal: [1] }],
    ["a size beyond all memory", { dtype: 1, tensorShape: shape(2 ** 40, 2 ** 40), floatVal: [1] }],
  ])("with %s are refused, with their names", (_what, record) => {
    const error = failure(record);
    expect(error.message).toMatch(/^Cannot parse tensor from proto: .*\n {2}tensor {2}'net\/c'\n {2}file {4}g\.pb$/);
    expect([error.fields["tensorName"], error.fields["file"]]).toEqual(["net/c", "g.pb"]);
  });

  it("take no more memory than they may", () => {
    const record = { dtype: 1, tensorShape: shape(1000), floatVal: [1] };
    expect(decodeTensor(record, { maxBytes: 4000 })?.size).toBe(1000);
    expect(failure(record, 3999).message).toContain("takes more than 3999 bytes");
  });
});
