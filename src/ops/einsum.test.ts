import { testFamily } from "../../test/op-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { placeholder } from "./array.ts";
import { einsum } from "./einsum.ts";

function p(shape: ShapeLike = null): Tensor {
  return placeholder("float32", shape);
}

testFamily("einsum", {
  products: () => {
    const [x, y] = [p([2, 3, 4]), p([2, 4, 5])];
    return [
      einsum("bij,bjk->bik", [x, y]),
      einsum("bij, bjk -> bki", [x, y], { name: "e" }),
      einsum("bij,bjk", [x, y]),
      einsum("...ij,...jk->...ik", [p(), p()]),
      einsum("ii", [p([3, 3])]),
      einsum("ij->ji", [p([null, 3])]),
      einsum("bhqd,bhkd->bhqk", [p([2, 4, null, 8]), p([2, 4, null, 8])]),
      einsum("...ij->...", [x]),
      einsum("i,j->ij", [p([3]), p([4])]),
      einsum("...,...", [p([3]), p([2, 3])]),
    ];
  },
  "of-other-count": () => einsum("ij,jk->ik", [p([2, 3])]),
  "of-other-characters": () => einsum("i1->i", [p([2, 3])]),
  "of-unknown-output": () => einsum("ij->ik", [p([2, 3])]),
  "of-repeated-output": () => einsum("ij->ii", [p([2, 3])]),
  "of-two-ellipses": () => einsum("...i->...i...", [p([2, 3])]),
  "of-numbers": () => einsum("0...i->i", [p([2, 3])]),
});
