/** The program of TensorFlow's variable-sharing guide: one image filter, written once, shared by every picture. */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import {
  float32,
  Graph,
  globalVariablesInitializer,
  type NDArray,
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
import { type FilterWeights, myImageFilter } from "../image-filter/filter.ts";
import { contactSheet, type Picture, readPicture } from "../image-filter/pictures.ts";
import { filterNames, filterWeights } from "../image-filter/weights.ts";
import { writeOut } from "../training/out-folder.ts";
import { type Body, command, commonOptions, engineOf, type Terminal, UsageError } from "./command.ts";

const options = {
  filter: { about: `what the weights do: ${filterNames.join(", ")}`, default: "edge" },
  out: { about: "the folder for the contact sheet", default: "out" },
  seed: { about: "the seed of --filter random", default: 1, least: 0 },
  engine: commonOptions.engine,
} as const;

const ownPictures = ["chelsea.png", "coffee.png"].map((file) =>
  relative(process.cwd(), fileURLToPath(new URL(`../images/${file}`, import.meta.url))),
);

const indent = (text: string): string => text.replace(/^/gm, "    ");

/** What TensorFlow users meet first: the second call without reuse, and the error that says how to share. */
function showTeachingError(images: readonly Tensor[], weights: FilterWeights, terminal: Terminal): void {
  variableScope("not_shared", () => {
    try {
      for (const image of images) myImageFilter(image, weights);
    } catch (error) {
      if (!(error instanceof VariableExistsError)) throw error;
      terminal.write(
        `Calling the filter twice in a scope that does not reuse is an error:\n\n${indent(error.message)}\n\n`,
      );
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

const filterPictures: Body<typeof options> = async ({ filter, out, seed, engine }, terminal, paths) => {
  const name = filterNames.find((known) => known === filter);
  if (name === undefined) throw new UsageError(`--filter must be one of ${filterNames.join(", ")}, not '${filter}'.`);
  const pictures = (paths.length > 0 ? paths : ownPictures).map(readPicture);
  const weights = filterWeights(name, seed);
  const graph = new Graph();
  const { images, results, initializer } = graph.asDefault(() => {
    setRandomSeed(seed);
    const images = pictures.map((_, i) => placeholder(float32, [1, null, null, 3], { name: `image${i + 1}` }));
    showTeachingError(images.length > 1 ? images : [images[0] as Tensor, images[0] as Tensor], weights, terminal);
    return { images, results: buildShared(images, weights), initializer: globalVariablesInitializer() };
  });
  await using session = new Session({ graph, engine: engineOf(engine) });
  await session.run(initializer);
  const feeds = pictures.map(
    ({ data, height, width }, i) => [images[i] as Tensor, ndarray(data, float32, [1, height, width, 3])] as const,
  );
  const begun = performance.now();
  const values = (await session.run(results, feeds)) as NDArray[];
  const ms = Math.round(performance.now() - begun);
  terminal.write(
    `Sharing the variables: ${pictures.length} pictures filtered (${name}) in ${ms} ms on ${session.engineName}.\n\n`,
  );
  const rows = pictures.map((picture, i): Picture[] => [
    picture,
    { ...picture, data: values[i]?.data as Float32Array },
  ]);
  const file = writeOut(out, `image-filter-${name}.png`, contactSheet(rows));
  const report = graph.asDefault(() => `${summarize({ scope: "image_filters" })}\n\n${ties()}`);
  terminal.write(`${report}\n\nContact sheet: ${file}\n`);
};

export const imageFilterCommand = command(
  "filters photographs with one set of variables, as TensorFlow's guide to sharing does",
  options,
  filterPictures,
  "picture.png picture.jpg …",
);
