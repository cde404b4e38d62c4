/** An attr of an imported node as the file has it, where there is no plainer form that would be written back the same. */
import type { AttrValueRecord } from "../base/graph-def.ts";

/** An attr value of which only the record of the GraphDef is known. */
export class RawAttr {
  readonly record: AttrValueRecord;
  constructor(record: AttrValueRecord) {
    this.record = record;
  }

  /** Which kind of value it is, as attr_value.proto calls it: `f`, `list`, `func`. */
  get kind(): string {
    return Object.keys(this.record)[0] ?? "none";
  }

  toString(): string {
    return `<${this.kind}>`;
  }
}
