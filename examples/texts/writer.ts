/** GPT-2 as it writes: one graph reads the prompt, another continues from what the layers kept of it; both share every variable. */
import {
  argmax,
  concat,
  float32,
  getVariableScope,
  int32,
  multinomial,
  type NDArray,
  ndarray,
  placeholder,
  type Session,
  type Tensor,
  variableScope,
} from "namesake";
import { type Gpt2Config, gpt2, pastShape } from "../models/gpt2.ts";
import type { TokenRange } from "./vocabulary.ts";

/** A step of writing: the next token of the text, and what the layers keep of the text so far. */
type WritingStep = readonly [next: Tensor, past: Tensor];

/** The two graphs that write. */
export interface Writer {
  readonly tokens: Tensor;
  readonly past: Tensor;
  readonly first: WritingStep;
  readonly further: WritingStep;
}

/** Draws the token after the last one from the model's scores. Shapes: logits `[1, steps, vocabulary]` → `[1, 1]`. */
function nextToken(logits: Tensor, temperature: number, { first, end }: TokenRange): Tensor {
  const scores = logits.at(`:, -1, ${first}:${end}`);
  const options = { outputDtype: int32 };
  const drawn =
    temperature > 0
      ? multinomial(scores.div(temperature), 1, options)
      : argmax(scores, { axis: 1, outputType: int32 }).at(":, newaxis");
  return drawn.add(ndarray(first, int32));
}

/** Builds the two graphs in the current scope: with `reuse`, of variables that are there already. */
export function buildWriter(config: Gpt2Config, temperature: number, writable: TokenRange, reuse: true | null): Writer {
  const tokens = placeholder(int32, [1, null], { name: "tokens" });
  const past = placeholder(float32, pastShape(config, 1, null), { name: "past" });
  const read = variableScope(getVariableScope(), { reuse }, () => gpt2(tokens, config));
  const continued = variableScope(getVariableScope(), { reuse: true }, () => gpt2(tokens, config, past));
  const first: WritingStep = [nextToken(read.logits, temperature, writable), read.present];
  const further: WritingStep = [
    nextToken(continued.logits, temperature, writable),
    concat([past, continued.present], -2),
  ];
  return { tokens, past, first, further };
}

/**
 * Continues a text, token by token. The model reads no more than `most` tokens: when they are full, it reads the last half of them again, as
 * a text of its own.
 */
export async function* write(
  session: Session,
  writer: Writer,
  prompt: readonly number[],
  length: number,
  most: number,
) {
  const { tokens, past, first, further } = writer;
  const text = [...prompt];
  let kept: NDArray | null = null;
  for (let read = 0; text.length < prompt.length + length; ) {
    const fresh = kept === null || read === most ? text.slice(kept === null ? -most : -Math.ceil(most / 2)) : null;
    const given = fresh ?? text.slice(-1);
    read = fresh === null ? read + 1 : fresh.length;
    const input = [tokens, ndarray(Int32Array.from(given), int32, [1, given.length])] as const;
    const [next, now]: readonly NDArray[] =
      fresh === null ? await session.run(further, [input, [past, kept as NDArray]]) : await session.run(first, [input]);
    kept = now as NDArray;
    text.push(Number((next as NDArray).item()));
    yield text.at(-1) as number;
  }
}
