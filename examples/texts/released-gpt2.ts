/** GPT-2 as OpenAI released it: a folder with its sizes, its vocabulary, and a checkpoint of TensorFlow's with its weights. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type BaseVariable, globalVariables, type Session } from "namesake";
import { openCheckpoint } from "namesake/formats";
import { UsageError } from "../commands/command.ts";
import type { Gpt2Config } from "../models/gpt2.ts";
import { bytePairs } from "./byte-pairs.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** What is read before the graph is built. */
export interface ReleasedGpt2 {
  readonly config: Gpt2Config;
  readonly vocabulary: Vocabulary;
  /** The checkpoint's prefix. */
  readonly checkpoint: string;
}

const files = ["hparams.json", "encoder.json", "vocab.bpe", "model.ckpt.index"] as const;

/** Reads the sizes and the vocabulary. @throws {UsageError} when files are missing, or say what no model has. */
export function readReleased(folder: string): ReleasedGpt2 {
  const missing = files.filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0)
    throw new UsageError(`${folder} is no folder of a released GPT-2: it has no ${missing.join(", no ")}.`);
  const text = (name: (typeof files)[number]): string => readFileSync(join(folder, name), "utf8");
  const sizes = JSON.parse(text("hparams.json")) as Readonly<Record<string, unknown>>;
  const size = (name: string): number => {
    const value = sizes[name];
    if (typeof value === "number" && Number.isInteger(value) && value > 0) return value;
    throw new UsageError(`${join(folder, "hparams.json")} has no ${name} above 0.`);
  };
  return {
    config: {
      vocab: size("n_vocab"),
      context: size("n_ctx"),
      width: size("n_embd"),
      heads: size("n_head"),
      layers: size("n_layer"),
    },
    vocabulary: bytePairs(text("encoder.json"), text("vocab.bpe")),
    checkpoint: join(folder, "model.ckpt"),
  };
}

/** Gives the variables of a session the values that a checkpoint has under their names, one after the other. */
export async function restore(session: Session, checkpoint: string): Promise<void> {
  const reader = await openCheckpoint(checkpoint);
  try {
    const variables = session.graph.asDefault(() => globalVariables()) as readonly BaseVariable[];
    for (const variable of variables) await variable.load(await reader.getTensor(variable.op.name), session);
  } finally {
    await reader.close();
  }
}
