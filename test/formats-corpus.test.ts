/** The corpus runner: what it passes, what it finds, and how it says so. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeRecords } from "namesake/formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../tools/doors.mjs";

const corpus = mkdtempSync(join(tmpdir(), "namesake-corpus-"));
afterAll(() => rmSync(corpus, { recursive: true, force: true }));

/** `sha256` of three bytes: 1, 2, 3. */
const HASH = "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81";

function addCase(
  name: string,
  text: Readonly<Record<string, unknown>>,
  files: Readonly<Record<string, Uint8Array>> = {},
): void {
  const folder = join(corpus, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name.startsWith("bad") ? "wanted.json" : "expected.json"), JSON.stringify(text));
  for (const [file, bytes] of Object.entries(files)) writeFileSync(join(folder, file), bytes);
}

function run(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  const program = ["tools/run-ts.mjs", "tools/formats-corpus/main.ts", ...words];
  return spawnSync(process.execPath, program, { cwd: root, encoding: "utf8" });
}

beforeAll(() => {
  const whole = encodeRecords([new Uint8Array([1, 2, 3])]);
  const cut = whole.slice(0, 15);
  const records = { kind: "records", files: ["plain"], lengths: [3], sha256: [HASH] };
  addCase("good/right", records, { plain: whole });
  addCase("good/wrong", { ...records, lengths: [4] }, { plain: whole });
  addCase("good/damaged", records, { plain: cut });
  addCase("good/strange", { kind: "of another world" });
  const bad = { kind: "records", file: "a", readable_records: 0, error: { codes: ["DATA_LOSS"], names: ["a"] } };
  addCase("bad/cut", bad, { a: cut });
  addCase("bad/whole", { ...bad, readable_records: 1 }, { a: whole });
  addCase("bad/other", { ...bad, error: { codes: ["NOT_FOUND"], names: ["tower"] } }, { a: cut });
});

describe("the corpus runner", { timeout: 120_000 }, () => {
  it("says what differs, and how many passed", () => {
    const { status, stdout } = run(corpus);
    expect(stdout).toContain("FAIL good/wrong\n  plain lengths[0] is 3, wanted 4\n");
    expect(stdout).toContain("FAIL good/damaged\n  it threw FormatError: truncated record at 0");
    expect(stdout).toContain("FAIL good/strange\n  not supported: there is no kind 'of another world'\n");
    expect(stdout).toContain("FAIL bad/whole\n  it was read without an error; wanted DATA_LOSS\n");
    expect(stdout).toContain("FAIL bad/other\n  the error is DATA_LOSS (FormatError), wanted NOT_FOUND");
    expect(stdout).toContain("the error does not name 'tower'");
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("2 passed, 5 failed");
    expect(status).toBe(1);
  });

  it("runs single cases", () => {
    const { status, stdout } = run("--filter", "good/right", "--verbose", corpus);
    expect([status, stdout]).toEqual([0, "pass good/right\n1 passed, 0 failed\n"]);
  });

  it("refuses what is no corpus, and words that it does not know", () => {
    expect(run(join(corpus, "good"))).toMatchObject({ status: 2 });
    expect(run("--fast", corpus)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("unknown option --fast"),
    });
  });
});
