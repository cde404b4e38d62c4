/** Ops that are differentiated among others: of complex numbers, of flow, of single precision. */
import {
  abs,
  add,
  angle,
  cast,
  complex,
  cond,
  conj,
  constant,
  imag,
  less,
  linalg,
  multiply,
  real,
  reduceSum,
  square,
  type Tensor,
  TensorArray,
  transpose,
  whileLoop,
} from "namesake";
import { c, firstOrder, firstOutput, type GradientCheck, i, made, narrow, op, ramp, symmetric } from "./case.ts";

const tall = [[1, 0.5], [0.25, 2], [-0.5, 1.5]]; // biome-ignore format: a matrix
const whole = (value: number): Tensor => constant(value, { dtype: "int32" });
/** Ops that read one triangle of a symmetric matrix have the gradient of both. */
const symmetrized = (x: Tensor): Tensor => x.add(transpose(x)).mul(0.5);

export const composed: readonly GradientCheck[] = [
  // Real functions of complex numbers.
  made(
    "Complex Real Imag Conj",
    [
      [1, 2],
      [0.5, -1],
    ],
    (x, y) => {
      const z = conj(multiply(complex(x as Tensor, y as Tensor), complex(y as Tensor, x as Tensor)));
      return [real(z), imag(z)];
    },
  ),
  made(
    "ComplexAbs",
    [
      [1, 2],
      [0.5, -1],
    ],
    (x, y) => abs(complex(x as Tensor, y as Tensor)),
  ),
  made(
    "Angle",
    [
      [1, 2],
      [0.5, -1],
    ],
    (x, y) => angle(complex(x as Tensor, y as Tensor)),
    1,
  ),
  made("ConjugateTranspose", [[[1, 2]], [[0.5, -1]]], (x, y) =>
    imag(transpose(complex(x as Tensor, y as Tensor), { conjugate: true })),
  ),
  narrow(made("Cast", [[1, 2]], (x) => cast(cast(square(x as Tensor), "float64"), "float32"))),
  made("Cholesky", [symmetric], (x) => linalg.cholesky(symmetrized(x as Tensor))),
  made("SelfAdjointEigV2", [symmetric], (x) => linalg.eigh(symmetrized(x as Tensor)).e),
  made("SelfAdjointEigV2 vectors", [symmetric], (x) => square(linalg.eigh(symmetrized(x as Tensor)).v), 1),
  made("Svd", [tall], (x) => linalg.svd(x as Tensor).s),
  made(
    "Svd vectors",
    [tall],
    (x) => {
      const { u, v } = linalg.svd(x as Tensor);
      return [square(u), square(v)];
    },
    1,
  ),
  made(
    "Switch Merge",
    [
      [1, 2],
      [0.5, -1],
    ],
    (x, y) =>
      cond(
        less(reduceSum(x as Tensor), 10),
        () => multiply(x as Tensor, y as Tensor),
        () => x as Tensor,
      ),
  ),
  made(
    "Enter Exit NextIteration",
    [
      [1, 2],
      [0.5, -1],
    ],
    (x, y) => {
      const [, result] = whileLoop(
        (n: Tensor) => less(n, whole(3)),
        (n: Tensor, value: Tensor) => [add(n, whole(1)), multiply(value, y as Tensor)] as const,
        [whole(0), x as Tensor] as const,
      );
      return result;
    },
    1,
  ),
  made(
    "TensorArrayWriteV3 TensorArrayReadV3 TensorArrayGatherV3",
    [
      [1, 2],
      [0.5, -1],
    ],
    (x, y) => {
      const { dtype } = x as Tensor;
      const array = new TensorArray(dtype, { size: 2, clearAfterRead: false })
        .write(0, square(x as Tensor))
        .write(1, y as Tensor);
      return [array.read(0), array.stack()];
    },
    1,
  ),
  made(
    "TensorArrayScatterV3 TensorArrayConcatV3",
    [
      [
        [1, 2],
        [0.5, -1],
      ],
    ],
    (x) => new TensorArray((x as Tensor).dtype, { size: 2 }).unstack(square(x as Tensor)).concat(),
    1,
  ),
  made(
    "TensorArraySplitV3",
    [[1, 2, 0.5, -1]],
    (x) =>
      new TensorArray((x as Tensor).dtype, { size: 2 })
        .split(square(x as Tensor), constant([2, 2], { dtype: "int32" }))
        .stack(),
    1,
  ),
  // These are of single precision.
  ...["ResizeBilinear", "ResizeBicubic"].map((type) => narrow(op(type, [ramp([1, 3, 3, 1]), i([4, 2])], {}, 1))),
  narrow(op("CropAndResize", [ramp([1, 4, 4, 1]), [[0.15, 0.2, 0.62, 0.83]], i([0]), i([2, 2])], {}, 1)),
  narrow(op("LRN", [ramp([1, 1, 2, 4])], {}, 1)),
  ...["FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"].map((type) =>
    narrow(firstOrder(firstOutput(op(type, [ramp([2, 2, 2, 1], 0.3, 0.6), [1.2], [0.5], c([]), c([])])))),
  ),
];
