/** The main example: one image filter, written once, shared by every picture. `npm start -- [--filter edge] [--seed 1] [picture…]` */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { NDArray } from "namesake";
import {
  float32,
  globalVariablesInitializer,
  ndarray,
  placeholder,
  Session,
  setRandomSeed,
  summarize,
  type Tensor,
  ties,
  VariableExistsError,
  variableScope,
} from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { type FilterWeights, myImageFilter } from "./filter.ts";
import { contactSheet, type Picture, PictureError, readPicture } from "./pictures.ts";
import { type FilterName, filterNames, filterWeights } from "./weights.ts";

const usage = `npm start -- [options] [picture.png picture.jpg …]

Filters pictures with one set of shared variables and writes a contact sheet.

  --filter edge|blur|random   what the weights do (edge)
  --seed N                    the seed of --filter random (1)
  --out DIR                   where the sheet goes (out)
  --help                      this text`;

/** A mistake on the command line; the message is a sentence for people. */
class UsageError extends Error {
  override readonly name = "UsageError";
}

interface Arguments {
  readonly filter: FilterName;
  readonly seed: number;
  readonly out: string;
  readonly paths: readonly string[];
}

function readArguments(): Arguments | null {
  const options = {
    filter: { type: "string", default: "edge" },
    seed: { type: "string", default: "1" },
    out: { type: "string", default: "out" },
    help: { type: "boolean", default: false },
  } as const;
  let parsed: ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message} See npm start -- --help.`);
  }
  const { filter, seed, out, help } = parsed.values;
  if (help) return null;
  const name = filterNames.find((known) => known === filter);
  if (name === undefined) throw new UsageError(`--filter must be one of ${filterNames.join(", ")}, not '${filter}'.`);
  if (!/^\d+$/.test(seed)) throw new UsageError(`--seed must be a whole number, not '${seed}'.`);
  const own = ["chelsea.png", "coffee.png"].map((file) =>
    relative(process.cwd(), fileURLToPath(new URL(`../images/${file}`, import.meta.url))),
  );
  return { filter: name, seed: Number(seed), out, paths: parsed.positionals.length > 0 ? parsed.positionals : own };
}

/** What TensorFlow users meet first: the second call without reuse, and the error that says how to share. */
function showTeachingError(images: readonly Tensor[], weights: FilterWeights): void {
  variableScope("not_shared", () => {
    try {
      for (const image of images) myImageFilter(image, weights);
    } catch (error) {
      if (!(error instanceof VariableExistsError)) throw error;
      console.log(`Calling the filter twice in a scope that does not reuse is an error:\n\n${indent(error.message)}\n`);
    }
  });
}

/** The guide's way: one scope around all calls, reusing from the second call on. */
function buildShared(images: readonly Tensor[], weights: FilterWeights): Tensor[] {
  return variableScope("image_filters", (scope) =>
    images.map((image) => {
      const filtered = myImageFilter(image, weights);
      scope.reuseVariables();
      return filtered;
    }),
  );
}

function indent(text: string): string {
  return text.replace(/^/gm, "    ");
}

async function main(): Promise<void> {
  const given = readArguments();
  if (given === null) {
    console.log(usage);
    return;
  }
  const pictures = given.paths.map(readPicture);
  const weights = filterWeights(given.filter, given.seed);
  setRandomSeed(given.seed);
  const images = pictures.map((_, i) => placeholder(float32, [1, null, null, 3], { name: `image${i + 1}` }));
  showTeachingError(images.length > 1 ? images : [images[0] as Tensor, images[0] as Tensor], weights);
  const results = buildShared(images, weights);

  await using session = new Session({ engine: createOnnxRuntimeEngine() });
  await session.run(globalVariablesInitializer());
  const feeds = pictures.map(
    ({ data, height, width }, i) => [images[i] as Tensor, ndarray(data, float32, [1, height, width, 3])] as const,
  );
  const started = performance.now();
  const values = (await session.run(results, feeds)) as NDArray[];
  console.log(
    `Sharing the variables: ${pictures.length} pictures filtered (${given.filter}) in ${Math.round(performance.now() - started)} ms on ONNX Runtime.\n`,
  );

  const rows = pictures.map((picture, i): Picture[] => [
    picture,
    { ...picture, data: values[i]?.data as Float32Array },
  ]);
  mkdirSync(given.out, { recursive: true });
  const file = join(given.out, `image-filter-${given.filter}.png`);
  writeFileSync(file, contactSheet(rows));
  console.log(
    `${summarize({ scope: "image_filters" })}\n\n${ties()}\n\nContact sheet: ${relative(process.cwd(), file) || file}`,
  );
}

main().catch((error: unknown) => {
  if (!(error instanceof PictureError || error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
