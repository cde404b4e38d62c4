/** How an op's flat inputs become a kernel's arguments: an input that is a list of tensors is one argument. */

import type { Operation } from "./operation.ts";
import { signatureOf } from "./signature.ts";

/** The number of tensors in each declared input, -1 for an input that is no list; `null` when no input is a list. */
export type InputLayout = readonly number[] | null;

/** The layout of one operation's inputs. */
export function inputLayout(op: Operation): InputLayout {
  const { inputs, hasLists } = signatureOf(op.def);
  if (!hasLists) return null;
  return inputs.map((input) => {
    if (input.numberAttr !== null) return op.attrs[input.numberAttr] as number;
    return input.listAttr === null ? -1 : (op.attrs[input.listAttr] as readonly unknown[]).length;
  });
}

/** The arguments of a kernel. */
export function groupInputs<T>(layout: InputLayout, inputs: readonly T[]): readonly T[] & readonly (readonly T[])[] {
  if (layout === null) return inputs as readonly T[] & readonly (readonly T[])[];
  const grouped: (T | readonly T[])[] = [];
  let at = 0;
  for (const count of layout) {
    grouped.push(count < 0 ? (inputs[at] as T) : inputs.slice(at, at + count));
    at += Math.abs(count);
  }
  return grouped as unknown as readonly T[] & readonly (readonly T[])[];
}
