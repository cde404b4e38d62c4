/** What the model of `translate-training.ts` is fed, and what it makes of sentences after training. */
import { type NDArray, ndarray, type Session, type Tensor } from "namesake";
import type { translateTraining, translator } from "../models/translate-training.ts";
import type { SentenceBatch, Sentences } from "./sentences.ts";

type Feed = readonly [Tensor, NDArray];

function together(tensors: readonly Tensor[], values: readonly (Int32Array | Float32Array)[]): Feed[] {
  return values.map((value, i) => [tensors[i] as Tensor, ndarray(value)]);
}

/** What a step of training reads. */
export function feedsOf(model: ReturnType<typeof translateTraining>, batch: SentenceBatch): Feed[] {
  return [
    ...together(model.encoder, batch.encoder),
    ...together(model.decoder, batch.decoder),
    ...together(model.weights, batch.weights),
  ];
}

/** Translates sentences, those of a bucket together; `null` where one is longer than all that were learnt. */
export async function translate(
  session: Session,
  { encoder, first, translations }: ReturnType<typeof translator>,
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
    const feeds = together(
      [...encoder.slice(0, batch.encoder.length), first],
      [...batch.encoder, batch.decoder[0] as Int32Array],
    );
    const rows = await session.run(translations[bucket] as Tensor, feeds);
    for (const [row, numbers] of (rows.toArray() as number[][]).entries())
      found[places[row] as number] = sentences.textOf(numbers);
  }
  return found;
}
