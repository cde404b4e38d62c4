/** Programs that train, executed by real TensorFlow, executed again: every name, node, variable, error and value must be the same. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readCaseFile } from "../../tools/conformance/case-file.ts";
import { engineNames } from "../../tools/conformance/command-line.ts";
import { sessionMaker } from "../../tools/conformance/engines.ts";
import { checkCase } from "../../tools/conformance/runner.ts";

const folder = join(import.meta.dirname, "training");
const files = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));

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
