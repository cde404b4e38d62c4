import { afterEach, beforeEach, expect, it, vi } from "vitest";
import * as tf from "../index.ts";

beforeEach(() => tf.resetDefaultGraph());
afterEach(() => {
  vi.restoreAllMocks();
});

it("is the default session until it is closed", () => {
  const x = tf.constant(3);
  const session = new tf.InteractiveSession();
  expect(x.evalSync()?.item()).toBe(3);
  session.close();
  session.close();
  expect(() => x.evalSync()).toThrow("No default session is registered.");
});

it("makes a graph that it is given the default, too", () => {
  const before = tf.getDefaultGraph();
  const graph = new tf.Graph();
  const session = new tf.InteractiveSession({ graph });
  expect(tf.getDefaultGraph()).toBe(graph);
  session.close();
  expect(tf.getDefaultGraph()).toBe(before);
});

it("warns when another one is active, and does not mind the order of closing", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const first = new tf.InteractiveSession();
  expect(warn).not.toHaveBeenCalled();
  const second = new tf.InteractiveSession();
  expect(warn.mock.calls[0]?.[0]).toMatch(/^An interactive session is already active\./);
  const x = tf.constant(1);
  first.close();
  expect(x.evalSync()?.item()).toBe(1);
  second.close();
  expect(() => x.evalSync()).toThrow("No default session is registered.");
});
