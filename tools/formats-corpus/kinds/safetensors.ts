/** Safetensors files: their tensors and their metadata. Written again, they are the same bytes. */
import { decodeSafetensors, encodeSafetensors } from "namesake/formats";
import { fileOf } from "../corpus-case.ts";
import { differences } from "../differences.ts";
import { type Kind, outcomeOf } from "../kind.ts";
import { type ExpectedTensor, type ReadTensor, readTensor, tensorsProblems } from "../tensors.ts";

interface Expected {
  readonly file: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: Readonly<Record<string, ExpectedTensor>>;
}

export const safetensors: Kind = {
  good(one) {
    const { file, metadata, tensors } = one.text as unknown as Expected;
    const bytes = fileOf(one, file);
    const read = decodeSafetensors(bytes, { file });
    const all = new Map<string, ReadTensor>();
    for (const [name, value] of read.tensors) all.set(name, readTensor(value));
    for (const [name, tensor] of read.raw) all.set(name, tensor);
    const again = encodeSafetensors(read.tensors, { raw: read.raw, metadata: read.metadata });
    return [
      ...tensorsProblems(all, tensors),
      ...differences({ ...read.metadata }, metadata, "metadata"),
      ...(Buffer.compare(again, bytes) === 0 ? [] : ["written again, the file has other bytes"]),
    ];
  },
  bad(one) {
    const { file } = one.text as unknown as { readonly file: string };
    const bytes = fileOf(one, file);
    return outcomeOf(() => decodeSafetensors(bytes, { file }));
  },
};
