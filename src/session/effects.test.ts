/** Random streams and printing: drafts of a step, kept when it succeeds. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as tf from "../index.ts";

let graph: tf.Graph;
let session: tf.Session;

beforeEach(() => {
  tf.resetDefaultGraph();
  graph = tf.getDefaultGraph();
  session = new tf.Session({ engine: tf.createReferenceEngine() });
});

afterEach(() => {
  session.close();
});

describe("printing", () => {
  it("happens when the step succeeds, in order", () => {
    const lines: string[] = [];
    const printing = new tf.Session({ graph, engine: tf.createReferenceEngine(), print: (line) => lines.push(line) });
    const x = tf.placeholder("int32", []);
    const shown = tf.Print(x, [x], { message: "x = " });
    const result = tf.floordiv(tf.constant(6, { dtype: "int32" }), shown);
    expect(() => printing.runSync(result, [[x, 0]])).toThrow(tf.InvalidArgumentError);
    expect(lines).toEqual([]);
    expect(printing.runSync(result, [[x, 2]]).item()).toBe(3);
    expect(lines).toEqual(["x = [2]"]);
  });

  it("goes to the console's error stream by default", () => {
    const write = vi.spyOn(console, "error").mockImplementation(() => undefined);
    session.runSync(tf.Print(tf.constant(1), [tf.constant(2)]));
    expect(write.mock.calls).toEqual([["[2]"]]);
    write.mockRestore();
  });
});
