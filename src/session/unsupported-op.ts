/** What a step says that needs ops which nothing here computes: those of imported graphs, and those that have no kernel. */
import { UnsupportedOpError } from "../base/errors.ts";
import { teach } from "../base/text.ts";
import { attrText } from "../graph/node-text.ts";
import type { Operation } from "../graph/operation.ts";
import { kernelOf } from "../kernels/kernels.ts";
import { isTensorFlowOp } from "../ops/tensorflow-op-types.ts";

/** How many of them an error names. */
const MOST_NAMED = 5;

/** One error for all ops of a step that cannot be computed; the one that was made first is explained. */
export function unsupportedOps(ops: readonly Operation[]): UnsupportedOpError {
  const [op, ...others] = ops.toSorted((a, b) => a.id - b.id) as [Operation, ...Operation[]];
  const slash = op.name.lastIndexOf("/");
  const scope = slash < 0 ? "" : op.name.slice(0, slash);
  return new UnsupportedOpError(
    teach(
      `No OpKernel was registered to support Op '${op.type}' used by {{node ${op.name}}} with these attrs: ${attrText(op)}`,
      [
        ["op", `'${op.name}' (${op.type}), ${scope === "" ? "outside of all scopes" : `in the scope '${scope}'`}`],
        ["made", `at ${op.site}`],
        ["why", whyNot(op)],
        ["also", othersText(others)],
        ["instead", remedy(op)],
      ],
    ),
    { op, node: op.name, opType: op.type, scope, site: op.site, ops },
  );
}

function whyNot(op: Operation): string {
  if (kernelOf(op.type) !== undefined)
    return "Namesake computes this op, but has no values of the type that it works with here";
  return isTensorFlowOp(op.type)
    ? "TensorFlow has this op; Namesake does not compute it. docs/ops.md lists those that it does"
    : "TensorFlow has no op of this type: it is a custom op, one of tf.contrib, or a function of the graph that was imported";
}

function othersText(others: readonly Operation[]): string | undefined {
  if (others.length === 0) return undefined;
  const named = others.slice(0, MOST_NAMED).map((other) => `'${other.name}' (${other.type})`);
  const more = others.length - named.length;
  return `${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** What can be done without the op. */
function remedy(op: Operation): string {
  const [output] = op.outputs;
  if (output === undefined) return "fetch what does not depend on it";
  return `feed what it gives, '${output.name}', or fetch what does not need it; importGraphDef of "namesake/formats" with inputMap: { "${output.name}": … } replaces it`;
}
