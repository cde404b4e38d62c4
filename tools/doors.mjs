// @ts-check
// The package's entry files, read from package.json: which source each public door and each default engine is built from.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const sourceCondition = "namesake-source";

/** @returns {any} what package.json says now */
export function readManifest() {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
}

/**
 * The public doors.
 * @returns {{ door: string; source: string; types: string; output: string }[]} paths relative to the repository root
 */
export function listDoors() {
  return Object.entries(readManifest().exports)
    .filter(([, target]) => typeof target === "object")
    .map(([door, target]) => ({
      door,
      source: target[sourceCondition],
      types: target.types,
      output: target.default,
    }));
}

/**
 * Modules behind the `imports` map: chosen by the platform at run time, bundled like doors, but not public.
 * @returns {{ name: string; platform: string; source: string; output: string }[]}
 */
export function listInnerEntries() {
  return Object.entries(readManifest().imports).flatMap(([name, target]) =>
    ["node", "default"].map((platform) => ({
      name,
      platform,
      source: target[sourceCondition][platform],
      output: target[platform],
    })),
  );
}

/**
 * esbuild's entry points: output name without `dist/` and `.js` → source file. Sources that are not written yet are left out.
 * @returns {Record<string, string>}
 */
export function entryPoints() {
  const entries = [...listDoors(), ...listInnerEntries()].filter(({ source }) => existsSync(join(root, source)));
  return Object.fromEntries(
    entries.map(({ source, output }) => [output.replace(/^\.\/dist\//, "").replace(/\.js$/, ""), join(root, source)]),
  );
}

/** Names that a bundle must leave to the platform: the installed packages and the `imports` map. */
export function externalNames() {
  return [...Object.keys(readManifest().peerDependencies), ...Object.keys(readManifest().imports), "node:*"];
}
