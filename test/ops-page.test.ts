/** docs/ops.md tells what is so: it is made again and compared. Also, that the families divide the ops among themselves. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { composeLibrary } from "../src/library.ts";
import { opDefs, opFamilies } from "../src/ops/index.ts";
import { opsPage } from "../tools/ops/page.ts";
import { opRows, typesText } from "../tools/ops/rows.ts";
import { valueTypes } from "../tools/ops/support.ts";

composeLibrary();

describe("the families", () => {
  const types = Object.values(opFamilies).flatMap((defs) => Object.keys(defs));

  it("share no op", () => expect(types.length).toBe(new Set(types).size));

  it("make up the table of all ops, under their own types", () => {
    expect(Object.keys(opDefs).sort()).toEqual([...types].sort());
    expect(Object.values(opDefs).map(({ type }) => type)).toEqual(Object.keys(opDefs));
  });
});

describe("docs/ops.md", () => {
  it("is up to date: `npm run ops -- --write` writes it", () => {
    // As lines: the difference of two pages is short.
    const page = readFileSync(join(import.meta.dirname, "../docs/ops.md"), "utf8");
    expect(opsPage(opRows()).split("\n")).toEqual(page.split("\n"));
    // Thousands of small uses are tried.
  }, 120_000);

  it.each([
    [valueTypes, "all"],
    [["float32", "float64"], "float32, float64"],
    [["float16", "float32", "float64", "bool"], "floats but bfloat16, bool"],
    [valueTypes.filter((name) => /int/.test(name)), "integers"],
    [valueTypes.filter((name) => /int|float/.test(name)), "real numbers"],
    [[], ""],
  ] as const)("writes %s as %s", (types, text) => expect(typesText(types)).toBe(text));
});
