import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { spinDuration, spinDurationOf } from "./spinning.ts";

it("is told to those versions that take it", () => {
  const versions = ["1.22.0", "1.29.9", "1.30.0", "1.31.0-dev.1", "2.0.0", "1", "", "newest"];
  expect(versions.map(spinDurationOf)).toEqual([null, null, "20", "20", "20", null, null, null]);
});

it("is told to the installed one", () => expect(spinDuration(createRequire(import.meta.url))).toBe("20"));
