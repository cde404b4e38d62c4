/** The uses of single ops that TensorFlow recorded in test/goldens/, from all families and in one form. */
import { readdirSync, readFileSync } from "node:fs";
import type { GivenAttrs } from "../src/graph/apply-op.ts";
import { signatureOf } from "../src/graph/signature.ts";
import { type OpType, opDefs } from "../src/ops/index.ts";
import type { NDArray } from "../src/tensor/ndarray.ts";
import { type Encoded, type Value, valueOf } from "./lowering/values.ts";

/** One use of an op. */
export interface RecordedCase {
  /** The file and the place in it. */
  readonly source: string;
  readonly type: OpType;
  /** One entry per declared input; a list of tensors is one entry. */
  readonly inputs: readonly (NDArray | readonly NDArray[])[];
  readonly attrs: GivenAttrs;
  /** Whether TensorFlow refused it. */
  readonly fails: boolean;
}

type Input = Value | Encoded | readonly (Value | Encoded)[];

interface Written {
  readonly op: string;
  readonly attrs: Readonly<Record<string, never>>;
  readonly inputs: readonly Input[];
  readonly error?: unknown;
  readonly value?: unknown;
}

interface File {
  readonly kernels?: readonly Written[];
  readonly cases?: readonly Written[];
  readonly prints?: readonly Written[];
}

const folder = new URL("goldens/", import.meta.url);

/** Every recorded use of an op that is defined. */
export function recordedCases(): readonly RecordedCase[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return files.sort().flatMap((name) => {
    const { kernels = [], cases = [], prints = [] } = JSON.parse(readFileSync(new URL(name, folder), "utf8")) as File;
    return [...kernels, ...cases, ...prints].flatMap((one, i): RecordedCase[] =>
      one.op in opDefs && Array.isArray(one.inputs) ? [recorded(one, `${name} #${i}`)] : [],
    );
  });
}

function recorded(one: Written, source: string): RecordedCase {
  const type = one.op as OpType;
  const fails = one.error !== undefined || typeof one.value === "string";
  return { source, type, inputs: inputsOf(type, one.inputs), attrs: one.attrs, fails };
}

/** Tables differ in how they write a list of tensors: as one input, or as all of them. */
function inputsOf(type: OpType, inputs: readonly Input[]): RecordedCase["inputs"] {
  const isList = (input: Input): input is readonly (Value | Encoded)[] =>
    Array.isArray(input) && typeof input[0] !== "string";
  const values: (NDArray | NDArray[])[] = inputs.map((input) => (isList(input) ? input.map(valueOf) : valueOf(input)));
  const { inputs: declared, hasLists } = signatureOf(opDefs[type]);
  return declared.length === 1 && hasLists ? [values.flat()] : values;
}
