/** Programs that real TensorFlow has executed, executed again: every name, shape, error, node and value must be the same. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readCaseFile } from "../../tools/conformance/case-file.ts";
import { engineNames } from "../../tools/conformance/command-line.ts";
import { sessionMaker } from "../../tools/conformance/engines.ts";
import type { Statement } from "../../tools/conformance/program.ts";
import { checkCase } from "../../tools/conformance/runner.ts";
import { basicStatementKinds } from "../../tools/conformance/statements/index.ts";
import { opNames } from "../../tools/conformance/statements/ops.ts";

const folder = join(import.meta.dirname, "cases");
const files = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));

/** Every statement of a program, with those inside of others. */
function statementsOf(value: unknown): Statement[] {
  if (Array.isArray(value)) return value.flatMap(statementsOf);
  if (typeof value !== "object" || value === null) return [];
  return [...("do" in value ? [value as Statement] : []), ...Object.values(value).flatMap(statementsOf)];
}

describe("the recorded cases", () => {
  const statements = files.flatMap((name) => statementsOf(readCaseFile(join(folder, name)).cases));

  it("use every statement", () => {
    const used = new Set(statements.map((statement) => statement.do));
    expect(Object.keys(basicStatementKinds).filter((kind) => !used.has(kind))).toEqual([]);
  });

  it("use every op", () => {
    const used = new Set(statements.map((statement) => (statement.do === "op" ? statement.op : null)));
    expect(opNames.filter((name) => !used.has(name))).toEqual([]);
  });

  it("say how they were made", () => {
    const headers = files.map((name) => readCaseFile(join(folder, name)).header);
    for (const header of headers) expect(header).toMatchObject({ generator: "test/conformance/generate.py" });
  });
});

describe.each(engineNames)("on %s", (engine) => {
  const declared = files.filter((name) => readCaseFile(join(folder, name)).header?.engines.includes(engine));

  it.each(declared)("%s gives what TensorFlow gave", (name) => {
    const makeSession = sessionMaker(engine);
    const { cases } = readCaseFile(join(folder, name));
    expect(cases.length).toBeGreaterThan(0);
    const failures = cases.flatMap((one) => checkCase(one, makeSession).map((failure) => `${one.name}: ${failure}`));
    expect(failures.join("\n")).toBe("");
  });
});
