import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { testFamily } from "../../test/op-golden.ts";
import { graphScope, runInScope } from "../graph/ambient-scope.ts";
import { Graph } from "../graph/graph.ts";
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
  "of-three": () => [
    einsum("bij,jk,kl->bil", [p([2, 3, 4]), p([4, null]), p([null, 5])]),
    einsum("ij, jk ,kl", [p([10, 1000]), p([1000, 2]), p([2, 7])], { name: "chain" }),
    einsum("...ij,...jk,...kl->...il", [p([9, 2, 3]), p([3, 4]), p()]),
    einsum("a,b,c->abc", [p([4]), p([3]), p([2])]),
    einsum("ij,ij,jk,ij->ik", [p([2, 3]), p([2, 3]), p([3, 4]), p([2, 3])]),
  ],
  "of-many-of-other-rank": () => einsum("ij,jk,kl->il", [p([2, 3]), p([3]), p([3, 4])]),
  "of-many-ellipses": () => einsum("...i...,j,k->ijk", [p([2, 3]), p([3]), p([3])]),
  "of-many-labels": () => einsum("...ijk,j,k->ijk", [p([2, 3]), p([3]), p([3])]),
});

interface Path {
  readonly equation: string;
  readonly shapes: readonly (readonly (number | null)[])[];
  readonly nodes: readonly (readonly string[])[];
}

it("multiplies many tensors in TensorFlow's order", () => {
  const file = join(import.meta.dirname, "../../test/goldens/einsum.json");
  const { paths } = JSON.parse(readFileSync(file, "utf8")) as { readonly paths: readonly Path[] };
  expect(paths.length).toBeGreaterThan(300);
  for (const { equation, shapes, nodes } of paths) {
    const graph = new Graph();
    runInScope(graphScope(graph), () => einsum(equation, shapes.map(p)));
    const made = graph.operations.filter(({ type }) => type === "Einsum");
    const texts = made.map((op) => [op.attrs["equation"], ...op.inputs.map((t) => t.op.name)]);
    expect({ equation, nodes: texts }).toEqual({ equation, nodes });
  }
});
