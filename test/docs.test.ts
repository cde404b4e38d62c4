/**
 * Runs what the documentation shows: every `ts` block of the README and of docs/, and every `@example` of the sources.
 *
 * An example's lines run in a graph of their own with a `session` at hand. A line that is an expression with a value in a comment,
 * such as `v.name; // "foo/v:0"`, must have that value.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as namesake from "namesake";
import * as asyncContext from "namesake/async-context";
import * as formats from "namesake/formats";
import * as onnxruntimeNode from "namesake/onnxruntime-node";
import * as testing from "namesake/testing";
import { afterAll, describe, expect, it, vi } from "vitest";

const root = join(import.meta.dirname, "..");
const scratch = join(import.meta.dirname, ".docs-scratch");
mkdirSync(scratch, { recursive: true });
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let count = 0;

async function runModule(code: string): Promise<Record<string, unknown>> {
  count += 1;
  const file = join(scratch, `block-${process.pid}-${count}.ts`);
  writeFileSync(file, code);
  namesake.resetDefaultGraph();
  const silence = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Record<string, unknown>;
  } finally {
    silence.mockRestore();
  }
}

/** The `ts` blocks of a Markdown text. */
function blocksOf(text: string): string[] {
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = ""]) => code);
}

const pages = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

describe("the pages", () => {
  for (const page of pages) {
    for (const [i, block] of blocksOf(readFileSync(join(root, page), "utf8")).entries()) {
      it(`${page}, block ${i + 1}, runs`, async () => {
        await runModule(`${block}\nexport {};\n`);
      });
    }
  }
});

interface Example {
  readonly file: string;
  readonly name: string;
  readonly code: string;
}

/** The `@example` parts of doc comments, with the name of what they document. */
function examplesOf(file: string): Example[] {
  const text = readFileSync(join(root, "src", file), "utf8");
  return [
    ...text.matchAll(
      /\/\*\*((?:(?!\*\/)[\s\S])*?@example(?:(?!\*\/)[\s\S])*)\*\/\s*(?:export )?(?:declare )?(?:abstract )?(?:async )?(?:function |const |class |interface |new |readonly |type )*([A-Za-z]*)/g,
    ),
  ].map(([, comment = "", name = ""]) => ({ file, name, code: exampleCode(comment) }));
}

function exampleCode(comment: string): string {
  const lines = comment.slice(comment.indexOf("@example") + "@example".length).split("\n");
  const end = lines.findIndex((line, i) => i > 0 && /^\s*\*\s*@/.test(line));
  return (end < 0 ? lines : lines.slice(0, end)).map((line) => line.replace(/^\s*\* ?/, "")).join("\n");
}

/** Lines `expression; // value` become checks. */
function withChecks(code: string): string {
  return code.replace(
    /^( *)(?!.*\b(?:const|let|return|=>)\b.*;)([^/\n]+?); \/\/ ("[^"]*"|\[.*\]|-?\d[\d.e-]*|true|false|null)\s*$/gm,
    (_line, indent: string, expression: string, value: string) => `${indent}__check(${expression}, ${value});`,
  );
}

/** The other doors; an example of a door imports from it, or is about it. */
const doors = {
  "namesake/formats": formats,
  "namesake/async-context": asyncContext,
  "namesake/onnxruntime-node": onnxruntimeNode,
  "namesake/testing": testing,
} as const;

const namespaces = {
  bitwise: namesake.bitwise,
  filters: namesake.filters,
  linalg: namesake.linalg,
  nn: namesake.nn,
  random: namesake.random,
} as const;

/** Whether the code uses a name that it does not declare or take from an object. */
function uses(code: string, name: string): boolean {
  return (
    new RegExp(`(?<![.\\w])${name}\\b`).test(code.replaceAll("...", " ")) &&
    !new RegExp(`\\b(?:const|let|function|import \\{)\\s*${name}\\b`).test(code)
  );
}

/** Code that awaits runs in the default graph, which is new; a graph's block may not return a promise. */
function wrapped(code: string): string {
  const session = /\bconst session\b/.test(code) ? "" : "const session = new Session();";
  const body = `${session}\n${code}\nvoid session; void __check;\n`;
  return /\bawait\b/.test(code) ? `void Graph;\n${body}` : `new Graph().asDefault(() => {\n${body}});\n`;
}

function moduleOf(code: string): string {
  const known = Object.keys(namesake).filter((name) => uses(code, name));
  const inner = Object.entries(namespaces).map(([space, members]) => {
    const names = Object.keys(members).filter((name) => !(name in namesake) && uses(code, name));
    return names.length === 0
      ? ""
      : `import { ${space} as __${space} } from "namesake"; const { ${names.join(", ")} } = __${space};\n`;
  });
  const ofDoors = Object.entries(doors).map(([door, members]) => {
    const names = Object.keys(members).filter((name) => uses(code, name));
    return names.length === 0 || code.includes(`"${door}"`) ? "" : `import { ${names.join(", ")} } from "${door}";\n`;
  });
  const ownImports = [...code.matchAll(/^import .*$/gm)].map(([line]) => line).join("\n");
  return `import { ${[...new Set([...known, "Graph", "Session"])].join(", ")} } from "namesake";
${ownImports}
import { expect } from "vitest";
${ofDoors.join("")}${inner.join("")}const __plain = (value: unknown): unknown => value instanceof Object && "toArray" in value ? __plain((value as { toArray(): unknown }).toArray()) : Array.isArray(value) ? value.map(__plain) : value === 0 ? 0 : value;
const __check = (actual: unknown, wanted: unknown) => expect(__plain(actual)).toEqual(__plain(wanted));
${wrapped(withChecks(code.replace(/^import .*$/gm, "")))}`;
}

const sources = readdirSync(join(root, "src"), { recursive: true })
  .map(String)
  .filter((name) => name.endsWith(".ts") && !name.includes(".test."));

describe("the examples of the sources", () => {
  const examples = sources.flatMap(examplesOf);
  it("exist", () => expect(examples.length).toBeGreaterThan(20));
  for (const { file, name, code } of examples) {
    it(`${file}: ${name} runs`, async () => {
      await runModule(moduleOf(code));
    });
  }
});
