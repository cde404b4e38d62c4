/** GPT-2 writes text: a tiny model over bytes, with random weights, that continues a prompt byte by byte. */
import {
  argmax,
  concat,
  float32,
  Graph,
  getVariableScope,
  globalVariablesInitializer,
  int32,
  multinomial,
  type NDArray,
  ndarray,
  placeholder,
  Session,
  setRandomSeed,
  summarize,
  type Tensor,
  variableScope,
} from "namesake";
import { type Gpt2Config, gpt2, pastShape } from "../models/gpt2.ts";
import { type Body, command, commonOptions, engineOf, UsageError } from "./command.ts";

const options = {
  prompt: { about: "the text to continue", default: "In the beginning" },
  length: { about: "how many bytes to write", default: 80, most: 1024 },
  temperature: {
    about: "how freely to draw; 0 takes the likeliest byte",
    default: 1,
    least: 0,
    most: 100,
    isFraction: true,
  },
  layers: { about: "blocks of the model", default: 4, most: 48 },
  heads: { about: "heads of its attention", default: 4, most: 64 },
  width: { about: "values of a token: a multiple of the heads", default: 128, most: 2048 },
  ...commonOptions,
} as const;

/** The bytes that are written: printable ASCII. Others would be noise on a terminal, as the weights know no language. */
const [firstByte, endByte] = [32, 127];

/** A step of writing: the next byte of the text, and what the layers keep of the text so far. */
type WritingStep = readonly [next: Tensor, past: Tensor];
type Written = readonly [next: NDArray, past: NDArray];

/** Draws the byte after the last one from the model's scores. Shapes: logits `[1, steps, 256]` → `[1, 1]`. */
function nextByte(logits: Tensor, temperature: number): Tensor {
  const scores = logits.at(`:, -1, ${firstByte}:${endByte}`);
  const options = { outputDtype: int32 };
  const drawn =
    temperature > 0
      ? multinomial(scores.div(temperature), 1, options)
      : argmax(scores, { axis: 1, outputType: int32 }).at(":, newaxis");
  return drawn.add(ndarray(firstByte, int32));
}

/** The model twice, sharing its variables: one graph reads the prompt, one continues from what the layers kept. */
function build(config: Gpt2Config, temperature: number) {
  const tokens = placeholder(int32, [1, null], { name: "tokens" });
  const past = placeholder(float32, pastShape(config, 1, null), { name: "past" });
  const read = gpt2(tokens, config);
  const written = variableScope(getVariableScope(), { reuse: true }, () => gpt2(tokens, config, past));
  const first: WritingStep = [nextByte(read.logits, temperature), read.present];
  const further: WritingStep = [nextByte(written.logits, temperature), concat([past, written.present], -2)];
  return { tokens, past, first, further, initializer: globalVariablesInitializer() };
}

/** The prompt's bytes; a text that begins with nothing begins with the end of a line. */
function bytesOf(prompt: string, length: number, { context }: Gpt2Config): Int32Array {
  const bytes = Int32Array.from(new TextEncoder().encode(prompt || "\n"));
  if (bytes.length + length <= context) return bytes;
  throw new UsageError(
    `The prompt's ${bytes.length} bytes and the ${length} to write are more than the ${context} that the model can read.`,
  );
}

const write: Body<typeof options> = async (values, terminal) => {
  const { prompt, length, temperature, layers, heads, width, seed } = values;
  if (width % heads !== 0)
    throw new UsageError(`--width must be a multiple of --heads, and ${width} is none of ${heads}.`);
  const config: Gpt2Config = { vocab: 256, context: 1024, width, heads, layers };
  const bytes = bytesOf(prompt, length, config);
  const graph = new Graph();
  const { tokens, past, first, further, initializer } = graph.asDefault(() => {
    setRandomSeed(seed);
    return build(config, temperature);
  });
  await using session = new Session({ graph, engine: engineOf(values.engine) });
  await session.run(initializer);
  const { parameters, variables } = summarize(graph).totals;
  terminal.write(`${parameters.toLocaleString("en-US")} parameters in ${variables} variables, shared by two graphs. `);
  terminal.write(`The weights are random, so the text means nothing.\n\n${prompt}`);
  const begun = performance.now();
  let [next, kept] = (await session.run(first, [[tokens, ndarray(bytes, int32, [1, bytes.length])]])) as Written;
  for (let count = 1; ; count += 1) {
    terminal.write(String.fromCharCode(Number(next.at(0))));
    if (count === length) break;
    const feeds = [
      [tokens, next],
      [past, kept],
    ] as const;
    [next, kept] = (await session.run(further, feeds)) as Written;
  }
  const seconds = (performance.now() - begun) / 1e3;
  terminal.write(`\n\n${length} bytes in ${seconds.toFixed(2)} s on ${session.engineName}.\n`);
};

export const gpt2Command = command("GPT-2 continues a text byte by byte, with random weights", options, write);
