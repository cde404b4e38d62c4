/** What the model of `translate-training.ts` is fed, and what it makes of sentences after training. */
import { type NDArray, ndarray, type Session, type Tensor } from "namesake";
import type { translateTraining } from "../models/translate-training.ts";
import type { SentenceBatch, Sentences } from "./sentences.ts";

type Model = ReturnType<typeof translateTraining>;
type Feed = readonly [Tensor, NDArray];

/** What the model's bucket reads, step by step. */
export function feedsOf(model: Model, { encoder, decoder, weights }: SentenceBatch): Feed[] {
  const together = (tensors: readonly Tensor[], values: readonly (Int32Array | Float32Array)[]): Feed[] =>
    values.map((value, i) => [tensors[i] as Tensor, ndarray(value)]);
  return [
    ...together(model.encoder, encoder),
    ...together(model.decoder, decoder),
    ...together(model.weights, weights),
  ];
}

/** Translates sentences, those of a bucket together; `null` where one is longer than all that were learnt. */
export async function translate(
  session: Session,
  model: Model,
  sentences: Sentences,
  texts: readonly string[],
): Promise<readonly (string | null)[]> {
  const found = new Array<string | null>(texts.length).fill(null);
  const buckets = texts.map((text) => sentences.bucketFor(text));
  for (const bucket of sentences.buckets.keys()) {
    const places = [...texts.keys()].filter((i) => buckets[i] === bucket);
    if (places.length === 0) continue;
    const batch = sentences.batchFor(
      places.map((i) => texts[i] as string),
      bucket,
    );
    const rows = await session.run(model.translations[bucket] as Tensor, feedsOf(model, batch));
    for (const [row, numbers] of (rows.toArray() as number[][]).entries())
      found[places[row] as number] = sentences.textOf(numbers);
  }
  return found;
}
