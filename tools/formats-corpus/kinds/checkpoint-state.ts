/** State files, which name the checkpoints of a directory. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type CheckpointState, parseCheckpointState, printCheckpointState } from "namesake/formats";
import { type CorpusCase, fileOf } from "../corpus-case.ts";
import { differences } from "../differences.ts";
import { type Kind, outcomeOf } from "../kind.ts";

interface ExpectedState {
  readonly model_checkpoint_path: string;
  readonly all_model_checkpoint_paths: readonly string[];
  readonly all_model_checkpoint_timestamps?: readonly number[];
  readonly last_preserved_timestamp?: number;
}

interface Expected {
  readonly states: Readonly<Record<string, ExpectedState>>;
  readonly kept: readonly string[];
  readonly deleted: readonly string[];
}

export const checkpointState: Kind = {
  good(one) {
    const { states, kept, deleted } = one.text as unknown as Expected;
    return [
      ...Object.entries(states).flatMap(([file, wanted]) => stateProblems(one, file, wanted)),
      ...kept.filter((prefix) => !isThere(one, prefix)).map((prefix) => `${prefix} is missing`),
      ...deleted.filter((prefix) => isThere(one, prefix)).map((prefix) => `${prefix} is still there`),
    ];
  },
  bad(one) {
    const { file } = one.text as unknown as { readonly file: string };
    const bytes = fileOf(one, file);
    return outcomeOf(() => parseCheckpointState(bytes, { file }));
  },
};

function stateProblems(one: CorpusCase, file: string, wanted: ExpectedState): string[] {
  const state = parseCheckpointState(fileOf(one, file), { file });
  const full = { all_model_checkpoint_timestamps: [], last_preserved_timestamp: 0, ...wanted };
  return [
    ...differences(asWritten(state), full, file),
    ...differences(parseCheckpointState(printCheckpointState(state)), state, `${file}, printed and parsed,`),
  ];
}

function asWritten(state: CheckpointState): Required<ExpectedState> {
  return {
    model_checkpoint_path: state.modelCheckpointPath,
    all_model_checkpoint_paths: state.allModelCheckpointPaths,
    all_model_checkpoint_timestamps: state.allModelCheckpointTimestamps,
    last_preserved_timestamp: state.lastPreservedTimestamp,
  };
}

function isThere({ folder }: CorpusCase, prefix: string): boolean {
  return existsSync(join(folder, `${prefix}.index`));
}
