/** Every op has values of TensorFlow's to be compared with, or a reason why not. `npm run ops -- --cases` lists what each has. */
import { expect, it } from "vitest";
import { composeLibrary } from "../src/library.ts";
import { excuses, opCoverage } from "./op-coverage.ts";

composeLibrary();
const coverage = opCoverage();

it("every op has recorded values, or a reason why it has none", () => {
  const without = coverage.filter(({ uses, graphs, excuse }) => uses + graphs === 0 && excuse === null);
  expect(without.map(({ type }) => type)).toEqual([]);
});

it("no op with recorded values is excused", () => {
  const excused = coverage.filter(({ uses, graphs, excuse }) => uses + graphs > 0 && excuse !== null);
  expect(excused.map(({ type }) => type)).toEqual([]);
  expect(Object.keys(excuses).filter((type) => !coverage.some((one) => one.type === type))).toEqual([]);
});
