/** The inputs and outputs of a definition, parsed once from TensorFlow's notation. */
import { InternalError } from "../base/errors.ts";
import { asDType, type DType } from "../tensor/dtype.ts";
import type { AttrDef, OpDef } from "./op-def.ts";

/** One input or output of a definition. Exactly one of `typeAttr`, `listAttr` and `dtype` is set. */
export interface Argument {
  readonly name: string;
  readonly isRef: boolean;
  /** The attr that holds its element type. */
  readonly typeAttr: string | null;
  /** The attr that holds one element type per tensor of the list. */
  readonly listAttr: string | null;
  /** A fixed element type. */
  readonly dtype: DType | null;
  /** The attr that holds the length of the list. */
  readonly numberAttr: string | null;
}

export interface Signature {
  readonly inputs: readonly Argument[];
  /** Whether an input is a list of tensors. */
  readonly hasLists: boolean;
  readonly outputs: readonly Argument[];
  readonly attrs: readonly (readonly [name: string, def: AttrDef])[];
  /** The only output, when there is one and it is no list. */
  readonly singleOutput: Argument | null;
}

const signatures = new WeakMap<OpDef, Signature>();
/** The last answer: an op asks several times. */
let lastDef: OpDef | null = null;
let lastSignature: Signature | null = null;

export function signatureOf(def: OpDef): Signature {
  if (def === lastDef) return lastSignature as Signature;
  let signature = signatures.get(def);
  if (signature === undefined) {
    signature = makeSignature(def);
    signatures.set(def, signature);
  }
  lastDef = def;
  lastSignature = signature;
  return signature;
}

function makeSignature(def: OpDef): Signature {
  const outputs = def.outputs.map((text) => parse(def, text));
  const [only] = outputs;
  const isSingle = outputs.length === 1 && only !== undefined && only.numberAttr === null && only.listAttr === null;
  const inputs = def.inputs.map((text) => parse(def, text));
  return {
    inputs,
    hasLists: inputs.some((input) => input.numberAttr !== null || input.listAttr !== null),
    outputs,
    attrs: Object.entries(def.attrs),
    singleOutput: isSingle ? only : null,
  };
}

function parse(def: OpDef, text: string): Argument {
  const match = /^(\w+): (?:(\w+) \* )?(Ref\()?(\w+)\)?$/.exec(text);
  if (!match) throw new InternalError(`the definition of ${def.type} declares '${text}'`);
  const [, name = "", numberAttr = null, ref, type = ""] = match;
  const kind = def.attrs[type]?.kind;
  const common = { name, isRef: ref !== undefined, numberAttr };
  if (kind === "type") return { ...common, typeAttr: type, listAttr: null, dtype: null };
  if (kind === "list(type)") return { ...common, typeAttr: null, listAttr: type, dtype: null };
  return { ...common, typeAttr: null, listAttr: null, dtype: asDType(type) };
}
