/**
 * What the package offers: every door of package.json is built, and the names behind each door change only on purpose.
 * After a wanted change run `npx vitest run test/public-api.test.ts -u` and add a line to CHANGELOG.md.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listDoors, listInnerEntries, readManifest, root } from "../tools/doors.mjs";

const doors = listDoors();
// Inside the repository, so that the built files find the installed packages and the `imports` map.
const cache = join(root, "node_modules/.cache");
let built = "";

/** Where this build has what package.json says is in `dist/`. */
function inBuild(target: string): string {
  return join(built, target.replace(/^\.\/dist\//, ""));
}

beforeAll(() => {
  built = mkdtempSync(join(existsSync(cache) ? cache : tmpdir(), "public-api-"));
  execFileSync(process.execPath, [join(root, "tools/build.mjs"), "--out", built], { stdio: "inherit" });
}, 120_000);

afterAll(() => rmSync(built, { recursive: true, force: true }));

/** The names that a declaration file exports, types included. */
function declaredNames(file: string): string[] {
  const text = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  expect(text, `${file} lists its exports by name`).not.toMatch(/export\s*\*\s*from/);
  const listed = [...text.matchAll(/export\s+(?:type\s+)?\{([^}]*)\}/g)].flatMap(([, names = ""]) => names.split(","));
  const declared = text.matchAll(
    /export\s+(?:declare\s+)?(?:abstract\s+)?(?:const|let|function|class|interface|type|namespace)\s+([\w$]+)/g,
  );
  const names = [
    ...listed.map((name) =>
      (
        name
          .trim()
          .split(/\s+as\s+/)
          .at(-1) ?? ""
      ).replace(/^type\s+/, ""),
    ),
    ...[...declared].map(([, name = ""]) => name),
    ...[...text.matchAll(/export\s*\*\s*as\s+([\w$]+)\s+from/g)].map(([, name = ""]) => name),
  ];
  return [...new Set(names.filter((name) => name !== ""))].sort();
}

describe("the built package", () => {
  it.each(doors)("has the code and the declarations of door $door", ({ output, types }) => {
    expect(existsSync(inBuild(output)), output).toBe(true);
    expect(existsSync(inBuild(types)), types).toBe(true);
  });

  it("has the default engines of the imports map", () => {
    for (const { output } of listInnerEntries()) expect(existsSync(inBuild(output)), output).toBe(true);
  });

  it.each(doors)("exports the recorded names from door $door", async ({ door, output, types }) => {
    const values = Object.keys((await import(/* @vite-ignore */ pathToFileURL(inBuild(output)).href)) as object);
    const declared = declaredNames(inBuild(types));
    expect(values.filter((name) => !declared.includes(name))).toEqual([]);
    const lines = declared.map((name) => `${values.includes(name) ? "value" : "type "} ${name}`);
    const file = door === "." ? "core" : door.replace("./", "");
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`public-api/${file}.txt`);
  });

  it("is declared without other packages' types, and each declaration's imports exist", () => {
    const typesDir = join(built, "types");
    const files = readdirSync(typesDir, { recursive: true }).map(String);
    for (const name of files.filter((file) => file.endsWith(".d.ts"))) {
      const file = join(typesDir, name);
      // Doc comments may show imports of the package by its name.
      const text = readFileSync(file, "utf8").replace(/\/\*\*[\s\S]*?\*\//g, "");
      expect(text, name).not.toMatch(/<reference (?:types|path)/);
      for (const [, target = ""] of text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)) {
        expect(target, `${name} imports ${target}`).toMatch(/^\.{1,2}\/.*\.js$/);
        expect(existsSync(join(dirname(file), target.replace(/\.js$/, ".d.ts"))), `${name}: ${target}`).toBe(true);
      }
    }
  });

  it("needs no installed package", () => {
    expect(readManifest().dependencies).toBeUndefined();
    expect(Object.keys(readManifest().peerDependenciesMeta)).toEqual(Object.keys(readManifest().peerDependencies));
  });
});
