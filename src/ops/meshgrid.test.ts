import { describe, expect, it } from "vitest";
import { testPrograms } from "../../test/array-golden.ts";
import { graphScope, runInScope } from "../graph/ambient-scope.ts";
import { Graph } from "../graph/graph.ts";
import { constantValue } from "../graph/infer.ts";
import { placeholder } from "./array.ts";
import { meshgrid } from "./meshgrid.ts";

describe("meshgrid", () => {
  testPrograms("meshgrid", {
    grids: () => [
      meshgrid([placeholder("float32", [2]), placeholder("float32", [3])]),
      meshgrid([[1, 2], placeholder("float32", [null])], { indexing: "ij" }),
      meshgrid([placeholder("float32", [2]), placeholder("float32", [3]), placeholder("float32", [4])], { name: "g" }),
      meshgrid([placeholder("float32", [2])]),
      meshgrid([]),
    ],
    "of-other-indexing": () => meshgrid([[1], [2]], { indexing: "xx" }),
  });

  it("repeats each vector over the axes of the others", () => {
    const grids = runInScope(graphScope(new Graph()), () =>
      meshgrid(
        [
          [1, 2],
          [3, 4, 5],
        ],
        { indexing: "ij" },
      ),
    );
    expect(grids.map((grid) => constantValue(grid)?.toArray())).toEqual([
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
      [
        [3, 4, 5],
        [3, 4, 5],
      ],
    ]);
  });
});
