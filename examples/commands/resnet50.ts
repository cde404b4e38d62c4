/** ResNet-50 looks at photographs: with random weights it recognizes nothing, but every name and size is the real one's. */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import {
  float32,
  Graph,
  globalVariablesInitializer,
  type NDArray,
  ndarray,
  nn,
  placeholder,
  Session,
  setRandomSeed,
  summarize,
} from "namesake";
import { type Picture, readPicture } from "../image-filter/pictures.ts";
import { resnet50, resnetV1 } from "../models/resnet50.ts";
import { type Body, command, commonOptions, engineOf } from "./command.ts";

/** Height and width of what the network sees. */
const size = 224;

/** What the network's checkpoints expect to be taken from red, green and blue, which go up to 255. */
const means = [123.68, 116.78, 103.94] as const;

/** The middle square of a picture as the network wants it: each point is the nearest one of the picture. */
function seen({ data, width, height }: Picture): Float32Array {
  const side = Math.min(width, height);
  const [left, top] = [(width - side) >> 1, (height - side) >> 1];
  const place = (i: number): number => Math.floor(((i + 0.5) * side) / size);
  return Float32Array.from({ length: size * size * 3 }, (_, i) => {
    const [point, channel] = [Math.floor(i / 3), i % 3];
    const [y, x] = [top + place(Math.floor(point / size)), left + place(point % size)];
    return 255 * (data[3 * (y * width + x) + channel] as number) - (means[channel] as number);
  });
}

const ownPictures = ["chelsea.png", "coffee.png"].map((file) =>
  relative(process.cwd(), fileURLToPath(new URL(`../images/${file}`, import.meta.url))),
);

const options = {
  depth: {
    about: "channels of the first block's inner convolutions; fewer are faster",
    default: resnet50.baseDepth,
    most: 256,
  },
  ...commonOptions,
} as const;

const look: Body<typeof options> = async ({ depth, seed, engine }, terminal, paths) => {
  const pictures = (paths.length > 0 ? paths : ownPictures).map(readPicture);
  const graph = new Graph();
  const { images, best, initializer } = graph.asDefault(() => {
    setRandomSeed(seed);
    const images = placeholder(float32, [null, size, size, 3], { name: "images" });
    const best = nn.topK(resnetV1(images, { ...resnet50, baseDepth: depth }).logits, { k: 5 });
    return { images, best, initializer: globalVariablesInitializer() };
  });
  await using session = new Session({ graph, engine: engineOf(engine) });
  await session.run(initializer);
  const { parameters, variables } = summarize(graph).totals;
  terminal.write(`${parameters.toLocaleString("en-US")} parameters in ${variables} variables. `);
  terminal.write("The weights are random, so the classes mean nothing.\n\n");
  const all = new Float32Array(pictures.length * size * size * 3);
  for (const [i, picture] of pictures.entries()) all.set(seen(picture), i * size * size * 3);
  const begun = performance.now();
  const feeds = [[images, ndarray(all, float32, [pictures.length, size, size, 3])]] as const;
  const [scores, classes] = (await session.run([best.values, best.indices], feeds)) as [NDArray, NDArray];
  const ms = performance.now() - begun;
  for (const [i, { name }] of pictures.entries()) {
    terminal.write(`${name}\n  class      score\n`);
    for (let rank = 0; rank < 5; rank += 1) {
      const [label, score] = [classes.at(5 * i + rank), Number(scores.at(5 * i + rank)).toFixed(2)];
      terminal.write(`  ${String(label).padStart(5)}  ${score.padStart(9)}\n`);
    }
  }
  terminal.write(`\n${pictures.length} pictures in ${Math.round(ms)} ms on ${session.engineName}.\n`);
};

export const resnet50Command = command(
  "ResNet-50 scores photographs and names their five best classes, with random weights",
  options,
  look,
  "picture.png …",
);
