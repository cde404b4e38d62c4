import { describe, expect, it } from "vitest";
import { GraphError } from "../base/errors.ts";
import * as tf from "../index.ts";
import { UniqueNames } from "./unique-names.ts";

/** `Graph.unique_name` of TensorFlow, as it stands: one table of whole names. */
class PlainNames {
  readonly #inUse = new Map<string, number>();
  take(scope: string, name: string, markAsUsed: boolean): string {
    const whole = scope === "" ? name : `${scope}/${name}`;
    const base = whole.toLowerCase();
    let i = this.#inUse.get(base) ?? 0;
    if (markAsUsed) this.#inUse.set(base, i + 1);
    if (i === 0) return whole;
    let key = base;
    while (this.#inUse.has(key)) {
      key = `${base}_${i}`;
      i += 1;
    }
    if (markAsUsed) this.#inUse.set(key, 1);
    return `${whole}_${i - 1}`;
  }
}

/** Numbers from 0 to 1, the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe("unique names", () => {
  it.each([1, 2, 3, 4, 5])("are TensorFlow's for random requests, seed %i", (seed) => {
    const random = randomFrom(seed);
    const pick = <V>(values: readonly V[]): V => values[Math.floor(random() * values.length)] as V;
    const leaves = [
      "",
      "/",
      "x",
      "X",
      "x_1",
      "X_2",
      "a/x",
      "a/",
      "/x",
      "A/x",
      "a",
      "b/c/x",
      "Assign",
      "assign",
      "y_1_1",
      "y_1",
      "y",
    ];
    const scopes = ["", "a", "A", "a/b", "a/B", "b/c", "x", "x_1"];
    const names = new UniqueNames<{ readonly name: string }>();
    const plain = new PlainNames();
    const numbered = Array.from({ length: 12 }, (_, i) => `part${i}`);
    for (let i = 0; i < 3000; i += 1) {
      const scope = pick(scopes);
      const name = random() < 0.3 ? pick(numbered) : pick(leaves);
      const marks = random() < 0.8;
      expect(names.take(scope, name, marks)).toBe(plain.take(scope, name, marks));
    }
  });

  it("are found by exactly their text, also below the scopes that were asked for last", () => {
    const names = new UniqueNames<{ readonly name: string }>();
    const made = ["a", "a/B", "a/B/c", "d", "a/B_1"].map((name) => ({ name }));
    for (const { name } of made) {
      const slash = name.lastIndexOf("/");
      names.take(slash === -1 ? "" : name.slice(0, slash), name.slice(slash + 1));
    }
    for (const owner of made) names.give(owner);
    for (const owner of made) expect(names.find(owner.name)).toBe(owner);
    expect(names.take("", "")).toBe("");
    for (const absent of ["", "A", "a/b", "a/B/", "a/B/c/d", "/a", "e"]) expect(names.find(absent)).toBeUndefined();
  });

  // Recorded from TensorFlow 2.21: whole names are not counted as used, so numbering runs into them.
  it("run into whole names as TensorFlow's do", () => {
    new tf.Graph().asDefault((graph) => {
      tf.constant(1, { name: "x" });
      tf.constant(1, { name: "x_1/" });
      expect(graph.uniqueName("x", { markAsUsed: false })).toBe("x_1");
      expect(() => tf.constant(1, { name: "x" })).toThrow("Duplicate node name in graph: 'x_1'");
      tf.constant(1, { name: "y/" });
      expect(graph.uniqueName("y", { markAsUsed: false })).toBe("y");
      expect(() => tf.constant(1, { name: "y" })).toThrow("Duplicate node name in graph: 'y'");
      expect(graph.uniqueName("Y", { markAsUsed: false })).toBe("Y_1");
      expect(graph.uniqueName("X", { markAsUsed: false })).toBe("X_2");
      const names = ["Z/", "z", "z", "Z"].map((name) => tf.constant(1, { name }).op.name);
      expect(names).toEqual(["Z", "z", "z_1", "Z_2"]);
    });
  });
});

describe("the names of operations", () => {
  it.each(["_x", "a b", "é", "$", "-x"])("'%s' is refused, alone and as a whole name", (name) => {
    new tf.Graph().asDefault((graph) => {
      expect(() => tf.constant(1, { name })).toThrow(GraphError);
      expect(() => tf.constant(1, { name: `${name}/` })).toThrow(GraphError);
      expect(graph.operations).toEqual([]);
    });
  });

  // In TensorFlow, too, such a scope can be entered from another one: the names are looked at when ops are made.
  it("are looked at in a scope whose whole name no operation may have", () => {
    new tf.Graph().asDefault(() => {
      tf.nameScope("outer", () =>
        tf.nameScope("_inner/", () => {
          expect(() => tf.constant(1, { name: "c" })).toThrow("`_inner/c` is not a valid node name");
        }),
      );
      expect(tf.constant(1, { name: "c" }).op.name).toBe("c");
    });
  });
});
