import { afterEach, beforeEach, expect, it } from "vitest";
import { createReferenceEngine } from "../engines/reference/engine.ts";
import * as tf from "../index.ts";
import { composeLibrary } from "../library.ts";
import { type EngineFactory, provideDefaultEngine } from "./default-engine.ts";

beforeEach(() => tf.resetDefaultGraph());
afterEach(() => composeLibrary());

/** Default engines by name: one that is there, one that has to be loaded. */
function provide(): { loadCount: number } {
  const counts = { loadCount: 0 };
  const named =
    (name: string): EngineFactory =>
    () => ({ ...createReferenceEngine(), name });
  provideDefaultEngine({
    reference: named("ready"),
    load: async () => {
      counts.loadCount += 1;
      return named("loaded");
    },
  });
  return counts;
}

it("is loaded once, by the first asynchronous step", async () => {
  const counts = provide();
  const x = tf.constant(1);
  const sessions = [new tf.Session(), new tf.Session()];
  await Promise.all(sessions.map((session) => session.run(x)));
  expect(sessions.map((session) => session.engineName)).toEqual(["loaded", "loaded"]);
  expect(counts.loadCount).toBe(1);
});

it("is the reference engine for a session that steps synchronously before anything was loaded", async () => {
  provide();
  const x = tf.constant(1);
  const early = new tf.Session();
  early.runSync(x);
  await tf.loadDefaultEngine();
  const late = new tf.Session();
  late.runSync(x);
  await early.run(x);
  expect([early.engineName, late.engineName]).toEqual(["ready", "loaded"]);
});

it("gives way to an engine that the session was given", async () => {
  provide();
  const session = new tf.Session({ engine: { ...createReferenceEngine(), name: "mine" } });
  await session.run(tf.constant(1));
  expect(session.engineName).toBe("mine");
});

it("that cannot run synchronously says so", () => {
  const session = new tf.Session({ engine: { ...createReferenceEngine(), name: "slow", canRunSync: false } });
  expect(() => session.runSync(tf.constant(1))).toThrow("The engine 'slow' cannot run synchronously.");
});

it("is closed with its session; a shared one is not", () => {
  const closed: string[] = [];
  const engine = (name: string) => ({ ...createReferenceEngine(), close: () => void closed.push(name) });
  const own = new tf.Session({ engine: () => engine("own") });
  const shared = new tf.Session({ engine: engine("shared") });
  for (const session of [own, shared]) {
    session.runSync(tf.constant(1));
    session.close();
  }
  expect(closed).toEqual(["own"]);
});
