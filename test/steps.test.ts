/**
 * What a step means, row by row: the programs of docs/decisions/0004 whose results surprise, for reference and for resource variables.
 * `v` is 1 before each step; `a` is `v.assignAdd(1)`.
 */

import * as tf from "namesake";
import { describe, expect, it } from "vitest";

type Written = tf.Tensor | tf.BaseVariable;
type Value = number | readonly number[] | string;

/** A graph with a session, and short names for what the programs are made of. */
class Program {
  readonly isResource: boolean;
  readonly v: tf.BaseVariable;
  readonly session = new tf.Session({ engine: tf.createReferenceEngine() });

  constructor(isResource: boolean) {
    this.isResource = isResource;
    this.v = this.variable("v", 1);
    this.session.runSync(this.v.initializer);
  }

  variable(name: string, initial: unknown): tf.BaseVariable {
    return new tf.Variable(initial as tf.Literal, { name, useResource: this.isResource });
  }

  /** What a write gives: the reference, or a variable that is read after the write. */
  add(amount = 1): Written {
    return written(this.v.assignAdd(amount));
  }
  set(value: unknown, variable = this.v): Written {
    return written(variable.assign(value));
  }
  after<T>(first: tf.Tensor | tf.Operation | tf.BaseVariable, body: () => T): T {
    return tf.controlDependencies([first], body);
  }

  /** The values of the fetches after one step, or the class of its error. */
  run(fetches: readonly tf.Fetch[], feeds: tf.Feeds = []): Value[] | string {
    try {
      return values(this.session.runSync(fetches, feeds));
    } catch (error) {
      if (error instanceof tf.NamesakeError) return error.name;
      throw error;
    }
  }
  /** The value of a variable between steps. */
  now(variable = this.v): Value | string {
    const result = this.run([variable]);
    return typeof result === "string" ? result : (result[0] as Value);
  }
}

function written(result: tf.Tensor | tf.Operation | tf.BaseVariable): Written {
  if (result instanceof tf.Operation) throw new Error("a value was wanted");
  return result;
}

function values(results: tf.FetchResult): Value[] {
  return (results as readonly (tf.NDArray | null)[]).map((one) => (one === null ? "null" : (one.toArray() as Value)));
}

/** A program, and what it gives for a reference variable and for a resource variable. */
type Row = readonly [name: string, program: (p: Program) => unknown, reference: unknown, resource: unknown];

const rows: readonly Row[] = [
  ["fetch v, a", (p) => p.run([p.v, p.add()]), [2, 2], [1, 2]],
  ["fetch v.value(), a", (p) => p.run([p.v.value(), p.add()]), [2, 2], [1, 2]],
  ["fetch v.readValue(), a", (p) => p.run([p.v.readValue(), p.add()]), [2, 2], [1, 2]],
  ["fetch v + 0, a", (p) => p.run([p.v.add(0), p.add()]), [1, 2], [1, 2]],
  [
    "old = v + 0 → a",
    (p) => {
      const old = p.v.add(0);
      return p.run([old, p.after(old, () => p.add())]);
    },
    [1, 2],
    [1, 2],
  ],
  [
    "r = v.readValue() → a",
    (p) => {
      const r = p.v.readValue();
      return p.run([r, p.after(r, () => p.add())]);
    },
    [2, 2],
    [1, 2],
  ],
  [
    "r = v.readValue() → a → y = r + 0",
    (p) => {
      const r = p.v.readValue();
      const a = p.after(r, () => p.add());
      return p.run([p.after(a, () => r.add(0))]);
    },
    [2],
    [1],
  ],
  [
    "old = identity(v) → a",
    (p) => {
      const old = tf.identity(p.v);
      return p.run([old, p.after(old, () => p.add())]);
    },
    [1, 2],
    [1, 2],
  ],
  [
    "old = identity(v) → a → y = old + 0",
    (p) => {
      const old = tf.identity(p.v);
      const a = p.after(old, () => p.add());
      return p.run([p.after(a, () => old.add(0))]);
    },
    [1],
    [1],
  ],
  ...(
    [
      ["reshape", (v) => tf.reshape(v, [])],
      ["squeeze", (v) => tf.squeeze(v)],
      ["expandDims", (v) => tf.expandDims(v, 0)],
      ["stopGradient", (v) => tf.stopGradient(v)],
      ["identityN", (v) => tf.identityN([v])[0] as tf.Tensor],
      ["v * 1", (v) => v.mul(1)],
      ["stack", (v) => tf.stack([v])],
    ] as readonly (readonly [string, (v: tf.BaseVariable) => tf.Tensor])[]
  ).map(
    ([name, op]): Row => [
      `old = ${name} → a`,
      (p) => {
        const old = op(p.v);
        const result = p.run([old, p.after(old, () => p.add())]);
        return Array.isArray(result) ? result.flat() : result;
      },
      [1, 2],
      [1, 2],
    ],
  ),
  [
    "p = v.assign(5), q = v.assign(7), fetch q, p",
    (p) => {
      const [first, second] = [p.set(5), p.set(7)];
      return p.run([second, first]);
    },
    [7, 7],
    [7, 5],
  ],
  [
    "p = v.assign(5) → q = v.assign(7)",
    (p) => {
      const first = p.set(5);
      return p.run([first, p.after(first, () => p.set(7))]);
    },
    [7, 7],
    [5, 7],
  ],
  [
    "p = v.assign(5) → q = v.assign(7) → y = p + 0",
    (p) => {
      const first = p.set(5);
      const second = p.after(first, () => p.set(7));
      return p.run([p.after(second, () => first.add(0))]);
    },
    [7],
    [7],
  ],
  [
    "v.assign(w), w.assign(v)",
    (p) => {
      const w = p.variable("w", 2);
      p.session.runSync(w.initializer);
      p.run([p.set(w), p.set(p.v, w)]);
      return [p.now(), p.now(w)];
    },
    [2, 2],
    [2, 1],
  ],
  [
    "v.assign(w), w.assign(v) after x = v + 0, y = w + 0",
    (p) => {
      const w = p.variable("w", 2);
      p.session.runSync(w.initializer);
      const [x, y] = [p.v.add(0), w.add(0)];
      p.run([p.set(y), p.set(x, w)]);
      return [p.now(), p.now(w)];
    },
    [2, 1],
    [2, 1],
  ],
  [
    "v.assign(w), w.assign(v) after x = identity(v), y = identity(w)",
    (p) => {
      const w = p.variable("w", 2);
      p.session.runSync(w.initializer);
      const [x, y] = [tf.identity(p.v), tf.identity(w)];
      p.run([p.set(y), p.set(x, w)]);
      return [p.now(), p.now(w)];
    },
    [2, 1],
    [2, 1],
  ],
  [
    "fetch u.initializer, u, uninitialized",
    (p) => {
      const u = p.variable("u", 1);
      return p.run([u.initializer, u]);
    },
    ["null", 1],
    "FailedPreconditionError",
  ],
  [
    "u.initializer → y = u + 1, uninitialized",
    (p) => {
      const u = p.variable("u", 1);
      return p.run([p.after(u.initializer, () => u.add(1))]);
    },
    [2],
    [2],
  ],
  [
    "cond(false, u + 0, 9), u uninitialized",
    (p) => {
      const u = p.variable("u", 1);
      const taken = tf.placeholder("bool", []);
      return p.run(
        [
          tf.cond(
            taken,
            () => u.add(0),
            () => tf.constant(9),
          ) as tf.Tensor,
        ],
        [[taken, false]],
      );
    },
    "FailedPreconditionError",
    [9],
  ],
  [
    "w = Variable(identity(u)); both initializers in one step",
    (p) => {
      const u = p.variable("u", 1);
      const w = p.variable("w", tf.identity(u));
      const result = p.run([u.initializer, w.initializer]);
      return typeof result === "string" ? result : p.now(w);
    },
    1,
    "FailedPreconditionError",
  ],
  [
    "u.initializer, u.assignAdd(5), unordered",
    (p) => {
      const u = p.variable("u", 1);
      p.run([written(u.assignAdd(5)), u.initializer]);
      return p.now(u);
    },
    6,
    6,
  ],
  [
    "a, b = v.assignAdd(10), b → y = v + 0, fetch y, a",
    (p) => {
      const [a, b] = [p.add(), p.add(10)];
      return p.run([p.after(b, () => p.v.add(0)), a]);
    },
    [12, 12],
    [12, 2],
  ],
  [
    "a → y = v + 0, b unordered",
    (p) => {
      const [a, b] = [p.add(), p.add(10)];
      return p.run([p.after(a, () => p.v.add(0)), b.op]);
    },
    [2, "null"],
    [2, "null"],
  ],
  [
    "a → y = w + 0, b = w.assign(20) → z = v + 0",
    (p) => {
      const w = p.variable("w", 2);
      p.session.runSync(w.initializer);
      const a = p.add();
      const y = p.after(a, () => w.add(0));
      const b = p.set(20, w);
      return p.run([y, p.after(b, () => p.v.add(0))]);
    },
    [2, 2],
    [2, 2],
  ],
  [
    "a → fails; then v",
    (p) => [p.run([p.after(p.add(), () => failing())]), p.now()],
    ["InvalidArgumentError", 1],
    ["InvalidArgumentError", 1],
  ],
  [
    "fails → a; then v",
    (p) => [p.run([p.after(failing(), () => p.add())]), p.now()],
    ["InvalidArgumentError", 1],
    ["InvalidArgumentError", 1],
  ],
  [
    "scatterUpdate(rows, [0, 7]); then rows",
    (p) => {
      const rows = p.variable("rows", [[1], [2], [3]]);
      p.session.runSync(rows.initializer);
      const updates = tf.constant([[9], [9]]);
      const update = tf.scatterUpdate(rows as never, tf.constant([0, 7], { dtype: "int32" }), updates);
      return [p.run([update]), p.now(rows)];
    },
    ["InvalidArgumentError", [[1], [2], [3]]],
    ["InvalidArgumentError", [[1], [2], [3]]],
  ],
  [
    "x = cond(true, v, w) → a, fetch x, a",
    (p) => {
      const w = p.variable("w", 2);
      p.session.runSync(w.initializer);
      const taken = tf.placeholder("bool", []);
      const x = tf.cond(
        taken,
        () => p.v.value(),
        () => w.value(),
      ) as tf.Tensor;
      return p.run([x, p.after(x, () => p.add())], [[taken, true]]);
    },
    [1, 2],
    [1, 2],
  ],
  [
    "loop: a, a → i + 1; acc + v beside it, three times",
    (p) =>
      loop(p, (i, acc) => {
        const a = p.add();
        return [p.after(a, () => i.add(1)), acc.add(p.v)];
      }),
    [6],
    [6],
  ],
  [
    "loop: a → y = acc + v, a → i + 1",
    (p) =>
      loop(p, (i, acc) => {
        const a = p.add();
        const y = p.after(a, () => acc.add(p.v));
        return [p.after(a, () => i.add(1)), y];
      }),
    [9],
    [9],
  ],
];

function failing(): tf.Tensor {
  return tf.floordiv(
    tf.placeholderWithDefault(tf.constant(1, { dtype: "int32" }), []),
    tf.constant(0, { dtype: "int32" }),
  );
}

/** `acc` after three iterations of a loop over `i` and `acc`, both from 0. */
function loop(p: Program, body: (i: tf.Tensor, acc: tf.Tensor) => readonly tf.Tensor[]): Value[] | string {
  const results = tf.whileLoop(
    (i: tf.Tensor) => tf.less(i, 3),
    (i: tf.Tensor, acc: tf.Tensor) => [...body(i, acc)],
    [tf.constant(0), tf.constant(0)],
  ) as readonly tf.Tensor[];
  return p.run([results[1] as tf.Tensor]);
}

describe.each([
  ["reference", false],
  ["resource", true],
] as const)("a step with a %s variable", (kind, isResource) => {
  it.each(rows)("%s", (_, program, reference, resource) => {
    new tf.Graph().asDefault(() => {
      expect(program(new Program(isResource))).toEqual(kind === "reference" ? reference : resource);
    });
  });
});

describe("a step with both kinds of variables", () => {
  it("copies: a resource variable assigned from a reference variable keeps its value", () => {
    new tf.Graph().asDefault(() => {
      const p = new Program(false);
      const r = new tf.Variable(0, { name: "r", useResource: true });
      p.session.runSync(r.initializer);
      const assigned = r.assign(p.v) as tf.BaseVariable;
      p.run([p.after(assigned, () => p.add(10))]);
      expect([p.now(r), p.now()]).toEqual([1, 11]);
    });
  });

  it("draws the same again after a step that failed", () => {
    const draw = (fails: boolean): unknown =>
      new tf.Graph().asDefault(() => {
        tf.setRandomSeed(7);
        const session = new tf.Session({ engine: tf.createReferenceEngine() });
        const x = tf.randomUniform([3]);
        const bad = tf.controlDependencies([x], () => failing());
        if (fails) expect(() => session.runSync(bad)).toThrow(tf.InvalidArgumentError);
        return [session.runSync(x).toArray(), session.runSync(x).toArray()];
      });
    expect(draw(true)).toEqual(draw(false));
  });
});
