/** The page docs/ops.md, as text. */
import { readFileSync } from "node:fs";
import type { DTypeName } from "../../src/tensor/dtype.ts";
import { type OpRow, typesText } from "./rows.ts";

/** The whole page. */
export function opsPage(rows: readonly OpRow[]): string {
  const families = byFamily(rows).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const onOnnx = rows.filter(({ onnx }) => onnx.runs).length;
  return `# Ops

Every op that Namesake defines: ${rows.length} in ${families.length} families. Each is defined as in TensorFlow 2.21's registry; \`npm run check:tensorflow\` compares them.
This page is made by \`npm run ops -- --write\` and checked by the tests.

**Engines.** The reference engine runs every op, for every type of the column "Types". ONNX Runtime runs ${onOnnx} of them itself; the session runs the others on the host, beside it, by the same kernels. The last column says for which types ONNX Runtime runs an op, where not, and why. It is found by trying: each op in small uses of every type. What the column does not repeat: models hold no bfloat16, complex and string values, so *yes* means all other types; and ONNX Runtime has not every operator for every type. \`npm run ops -- --host\` lists what runs on the host.

**Types** are those of the main attr (\`T\` or \`dtype\`). *floats* are float16, bfloat16, float32 and float64; *integers* are the signed and unsigned ones of 8 to 64 bits; *real numbers* are both; *numbers* are complex64 and complex128, too; *all* adds bool and string.

**Attrs** show their default after \`=\`; one without must be given, or follows from the inputs.

| Family | What it is | Ops | On ONNX Runtime |
| --- | --- | ---: | ---: |
${families.map(([family, own]) => `| [${family}](#${family}) | ${headOf(family).what} | ${own.length} | ${own.filter(({ onnx }) => onnx.runs).length} |`).join("\n")}

${families.map(([family, own]) => familyText(family, own)).join("\n")}`;
}

function familyText(family: string, rows: readonly OpRow[]): string {
  const differences = [...new Set(rows.flatMap((row) => row.differences))].sort();
  const { what, mirrors } = headOf(family);
  return `## ${family}

${what}.${mirrors === null ? "" : ` TensorFlow: ${mirrors}.`}

| Op | Made by | Types | Attrs | ONNX Runtime |
| --- | --- | --- | --- | --- |
${rows.map((row) => `| ${cellsOf(row).map(escaped).join(" | ")} |`).join("\n")}
${differences.length === 0 ? "" : `\nDifferences from TensorFlow:\n\n${differences.map((one) => `- ${one}`).join("\n")}\n`}`;
}

function cellsOf(row: OpRow): readonly string[] {
  return [
    `\`${row.type}\``,
    buildersText(row.builders),
    typesCell(row),
    row.attrs.map((one) => `\`${one}\``).join(", "),
    onnxText(row),
  ];
}

/** How many builders are named. */
const MOST_BUILDERS = 4;

function buildersText(names: readonly string[]): string {
  const shown = [...new Set(names)].slice(0, MOST_BUILDERS).map((name) => `\`${name}\``);
  return [...shown, ...(new Set(names).size > MOST_BUILDERS ? ["…"] : [])].join(", ");
}

function typesCell({ allowed, computed }: OpRow): string {
  if (allowed === null || computed === null) return "";
  const missing = allowed.filter((one) => !computed.includes(one));
  return missing.length === 0 ? typesText(computed) : `${typesText(computed)} (not computed: ${typesText(missing)})`;
}

/** Reasons that the head of the page gives for all ops. */
const isGeneral = (reason: string): boolean => /^ONNX models hold no|^ONNX Runtime has no \w+ for \w+$/.test(reason);

/** How many reasons are named. */
const MOST_REASONS = 2;

/** Types that no model holds. */
const unheld: readonly string[] = ["bfloat16", "complex64", "complex128", "string"];

function onnxText({ onnx, computed }: OpRow): string {
  if (!onnx.runs) return `host: ${onnx.refusals[0] ?? ""}`;
  const runsAt = (one: DTypeName): boolean => unheld.includes(one) || onnx.dtypes?.includes(one) === true;
  const isAll = onnx.dtypes === null || computed === null || computed.every(runsAt);
  const conditions = onnx.conditions.filter((one) => !isGeneral(one)).slice(0, MOST_REASONS);
  const others = onnx.refusals.filter((one) => !isGeneral(one) && !onnx.conditions.includes(one)).slice(0, 1);
  const parts = [
    isAll ? "yes" : typesText(onnx.dtypes ?? []),
    ...others.map((why) => `other types not: ${why}`),
    ...(conditions.length === 0 ? [] : [`host where ${conditions.join("; or ")}`]),
  ];
  return parts.join("; ");
}

function escaped(cell: string): string {
  return cell.replaceAll("|", "\\|");
}

interface Head {
  readonly what: string;
  readonly mirrors: string | null;
}

/** What the family's file says of itself in its first sentence, and which files of TensorFlow it mirrors. */
function headOf(family: string): Head {
  const text = readFileSync(new URL(`../../src/ops/${family}.defs.ts`, import.meta.url), "utf8");
  const comment = (/^\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? "").replace(/\s*\n\s*\*\s?/g, " ").trim();
  const what = (/^Definitions? of (.*?)\.(?:\s|$)/.exec(comment)?.[1] ?? family).replaceAll(/( and|,) of /g, "$1 ");
  return {
    what: `${(what[0] ?? "").toUpperCase()}${what.slice(1)}`,
    mirrors: /Mirrors (.*?)\.(?:\s*$|;)/.exec(comment)?.[1] ?? null,
  };
}

function byFamily(rows: readonly OpRow[]): (readonly [family: string, rows: readonly OpRow[]])[] {
  return [...new Set(rows.map(({ family }) => family))].map((family) => [
    family,
    rows.filter((row) => row.family === family),
  ]);
}
