/** How texts are read by PTB's language model: batch by batch, with the state carried from one to the next. */
import {
  int32,
  type NDArray,
  nameScope,
  ndarray,
  type Operation,
  placeholder,
  type Session,
  type Tensor,
} from "namesake";
import type { PtbConfig } from "../models/ptb-lstm.ts";
import { type PtbReader, ptbReader } from "../models/ptb-training.ts";
import { batchCount, wordBatch } from "./words.ts";

/** A reader with the placeholders that it reads. */
export interface Reader extends PtbReader {
  readonly words: Tensor;
  readonly targets: Tensor;
  readonly config: PtbConfig;
}

/** Builds a reader in a name scope: with `reuse`, of variables that are there already. */
export function readerOf(name: string, config: PtbConfig, reuse: true | null): Reader {
  return nameScope(name, () => {
    const shape = [config.batchSize, config.numSteps];
    const words = placeholder(int32, shape, { name: "words" });
    const targets = placeholder(int32, shape, { name: "targets" });
    return { ...ptbReader(words, targets, config, reuse), words, targets, config };
  });
}

/** Reads on from where the last call ended. Gives the cost of a batch of a text, whose first one is read from the beginning. */
export function reading(session: Session, reader: Reader, numbers: Int32Array, extra: readonly Operation[] = []) {
  const { words, targets, initialState, finalState, cost, config } = reader;
  const { batchSize, numSteps } = config;
  const array = (values: Int32Array): NDArray => ndarray(values, int32, [batchSize, numSteps]);
  let state: readonly NDArray[] = [];
  return async (index: number): Promise<number> => {
    const batch = wordBatch(numbers, batchSize, numSteps, index);
    const carried = index === 0 ? [] : initialState.map((tensor, i) => [tensor, state[i] as NDArray] as const);
    const feeds = [[words, array(batch.words)], [targets, array(batch.targets)], ...carried] as const;
    const [value, next] = await session.run([cost, finalState, extra], feeds);
    state = next;
    return Number(value.item());
  };
}

/** How many words the model hesitates between, on average: e to the power of the cost of a word. */
export async function perplexity(session: Session, reader: Reader, numbers: Int32Array): Promise<string> {
  const { batchSize, numSteps } = reader.config;
  const [read, count] = [reading(session, reader, numbers), batchCount(numbers, batchSize, numSteps)];
  let sum = 0;
  for (let index = 0; index < count; index += 1) sum += await read(index);
  return Math.exp(sum / (count * numSteps)).toFixed(1);
}
