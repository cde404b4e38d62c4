/** Definitions of the ops that check and print. Mirrors core/ops/logging_ops.cc; `StringFormat` is from string_ops.cc. */
import { ShapeError } from "../base/errors.ts";
import { attr, defineOp } from "../graph/op-def.ts";
import { scalarShape } from "../tensor/shape.ts";

const Assert = defineOp({
  type: "Assert",
  inputs: ["condition: bool", "data: T"],
  outputs: [],
  attrs: { T: attr.types({ minimum: 1 }), summarize: attr.int(3) },
  infer: () => [],
  stateful: true,
  effect: "host",
});

const Print = defineOp({
  type: "Print",
  inputs: ["input: T", "data: U"],
  outputs: ["output: T"],
  attrs: {
    T: attr.type(),
    U: attr.types({ minimum: 0 }),
    message: attr.string(""),
    first_n: attr.int(-1),
    summarize: attr.int(3),
  },
  infer: (c) => [c.input(0)],
  stateful: true,
  effect: "host",
});

const PrintV2 = defineOp({
  type: "PrintV2",
  inputs: ["input: string"],
  outputs: [],
  attrs: { output_stream: attr.string("stderr"), end: attr.string("\n") },
  infer: (c) => {
    const { rank } = c.input(0);
    if (rank !== null && rank !== 0) throw new ShapeError(`input must be a scalar, but has rank: ${rank}`, { rank });
    return [];
  },
  stateful: true,
  effect: "host",
});

const StringFormat = defineOp({
  type: "StringFormat",
  inputs: ["inputs: T"],
  outputs: ["output: string"],
  attrs: {
    T: attr.types({ minimum: 0 }),
    template: attr.string("%s"),
    placeholder: attr.string("%s"),
    summarize: attr.int(3),
  },
  infer: (c, { template, placeholder }) => {
    const count = template.split(placeholder).length - 1;
    if (count !== c.inputCount) {
      throw new ShapeError(`num placeholders in template and num inputs must match: ${count} vs. ${c.inputCount}`, {
        template,
        inputCount: c.inputCount,
      });
    }
    return [scalarShape];
  },
});

/** The definitions of this family. */
export const loggingDefs = { Assert, Print, PrintV2, StringFormat };
