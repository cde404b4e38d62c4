import { describe, expect, it } from "vitest";
import { float32 } from "../tensor/dtype.ts";
import { asShape } from "../tensor/shape.ts";
import { windowAttrs } from "./windows.ts";

const images = (...shape: (number | null)[]) => ({
  name: "images",
  dtype: float32,
  shape: asShape(shape),
  constant: null,
});
const window = { size: [3, 3], strides: [2, 2], dilations: [1, 1] } as const;

describe("a window's attributes", () => {
  it("pad an odd number of elements more at the end, as TensorFlow does", () => {
    const same = { padding: "SAME", data_format: "NHWC" };
    expect(windowAttrs(images(1, 4, 5, 1), same, window)).toMatchObject({ pads: [0, 1, 1, 1] });
  });

  it("leave the padding to ONNX Runtime while sizes are unknown", () => {
    const same = { padding: "SAME", data_format: "NCHW" };
    expect(windowAttrs(images(1, 1, null, 5), same, window)).toMatchObject({ auto_pad: "SAME_UPPER" });
  });

  it("do not exist where ONNX Runtime would pad otherwise", () => {
    const same = { padding: "SAME", data_format: "NHWC" };
    expect(windowAttrs(images(1, null, 5, 1), same, { ...window, dilations: [2, 2] })).toBeNull();
    expect(windowAttrs(images(1, null, 5, 1), same, { ...window, size: [1, 3] })).toBeNull();
  });

  it("take explicit paddings from the spatial axes, whichever the format", () => {
    const paddings = { padding: "EXPLICIT", explicit_paddings: [0, 0, 1, 2, 3, 4, 0, 0], data_format: "NHWC" };
    expect(windowAttrs(images(1, 4, 4, 1), paddings, window)).toMatchObject({ pads: [1, 3, 2, 4] });
  });

  it("have none without padding", () => {
    expect(windowAttrs(images(1, 4, 4, 1), { padding: "VALID", data_format: "NHWC" }, window)).toEqual({
      kernel_shape: [3, 3],
      strides: [2, 2],
      dilations: [1, 1],
    });
  });
});
