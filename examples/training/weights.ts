/** The values of variables in a safetensors file, by the names of the variables. */
import { type BaseVariable, type NDArray, type Session, trainableVariables } from "namesake";
import { encodeSafetensors } from "namesake/formats";
import { writeOut } from "./out-folder.ts";

/** What is saved, and what is said about it. */
export interface SavedWeights {
  /** Default: the variables that train. */
  readonly variables?: readonly BaseVariable[];
  /** Texts about them, by key. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Saves what variables hold now, each once, however many share it. Gives the path of the file. */
export async function saveWeights(
  session: Session,
  folder: string,
  name: string,
  { variables, metadata = {} }: SavedWeights = {},
): Promise<string> {
  const saved = variables ?? session.graph.asDefault(() => trainableVariables());
  const values = (await session.run(saved)) as readonly NDArray[];
  const tensors = saved.map(({ op }, i) => [op.name, values[i] as NDArray] as const);
  return writeOut(folder, name, encodeSafetensors(tensors, { metadata }));
}
