import { testFamily } from "../../test/op-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { placeholder } from "./array.ts";
import { angle, complex, conj, imag, real } from "./complex.ts";
import { abs } from "./elementary.ts";

function p(dtype: DTypeName = "float32", shape: ShapeLike = null): Tensor {
  return placeholder(dtype, shape);
}

testFamily("complex", {
  "of-parts": () => [
    complex(p("float32", [2, null]), p("float32", [2, 1])),
    complex(p("float64"), p("float64"), { name: "c" }),
    complex([1.5], p("float32", [1])),
  ],
  "of-other-parts": () => complex(p("float16"), p("float16")),
  "of-unlike-parts": () => complex(p("float32"), p("float64")),
  parts: () => {
    const [x, y] = [p("complex64", [2, null]), p("complex128")];
    const all = [real, imag, angle, conj, abs];
    return [...all.flatMap((f) => [f(x), f(y)]), ...all.map((f) => f(x, { name: "n" }))];
  },
  "of-real-numbers": () => {
    const [x, i, u] = [p("float32", [2, null]), p("int32", [3]), p("float64")];
    return [
      real(x),
      real(i),
      imag(x),
      imag(i),
      angle(x),
      angle(u, { name: "a" }),
      conj(x),
      conj(i, { name: "c" }),
      conj([1.5]),
      real(2.5),
      p("complex64").abs(),
    ];
  },
  "real-of-bool": () => real(p("bool")),
  "conj-of-bool": () => conj(p("bool")),
  "angle-of-integer": () => angle(p("int32", [2])),
});
