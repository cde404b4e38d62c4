/** Programs that train, executed by real TensorFlow, executed again: every name, node, variable, error and value must be the same. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readCaseFile } from "../../tools/conformance/case-file.ts";
import { engineNames } from "../../tools/conformance/command-line.ts";
import { sessionMaker } from "../../tools/conformance/engines.ts";
import { checkCase } from "../../tools/conformance/runner.ts";
import { trainingStatements } from "../../tools/conformance/statements/training.ts";

const folder = join(import.meta.dirname, "training");
const files = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));

/** The kinds of all statements of a program, with those inside of others. */
function kindsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(kindsOf);
  if (typeof value !== "object" || value === null) return [];
  return [...("do" in value ? [value.do as string] : []), ...Object.values(value).flatMap(kindsOf)];
}

it("every statement of training is used", () => {
  const used = new Set(files.flatMap((file) => kindsOf(readCaseFile(join(folder, file)).cases)));
  expect(Object.keys(trainingStatements).filter((kind) => !used.has(kind))).toEqual([]);
});

describe.each(engineNames)("on %s", (engine) => {
  const makeSession = sessionMaker(engine);
  for (const file of files) {
    const { header, cases } = readCaseFile(join(folder, file));
    describe(file, () => {
      it("says how it was made", () => {
        expect(header).toMatchObject({ generator: "test/conformance/generate.py" });
        expect(cases.length).toBeGreaterThan(0);
      });
      it.each(cases.map((one) => [one.name, one] as const))("%s gives what TensorFlow gave", (_, one) => {
        expect(checkCase(one, makeSession, file).join("\n")).toBe("");
      });
    });
  }
});
