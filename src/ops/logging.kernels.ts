/** Kernels of the ops that check and print. The text goes to the session, which shows it when the step succeeds. Mirrors core/kernels/logging_ops.cc and string_format_op.cc. */
import { InvalidArgumentError } from "../base/errors.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { string } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { summarizeEnds, summarizeValue } from "../tensor/summary-text.ts";
import type { loggingDefs } from "./logging.defs.ts";

/** The kernels of this family. */
export const loggingKernels = kernelsFor<typeof loggingDefs>()({
  Assert: ([condition, data], { summarize }) => {
    if (condition.rank !== 0)
      throw new InvalidArgumentError(`In[0] should be a scalar: [${condition.shape.join(",")}]`, { condition });
    if (condition.at(0) !== true) {
      const shown = data.map((value) => `[${summarizeValue(value, summarize)}]`).join(" ");
      throw new InvalidArgumentError(`assertion failed: ${shown}`, { data });
    }
    return [];
  },
  Print: ([input, data], { message, first_n, summarize }, context) => {
    if (first_n < 0 || context.printCount < first_n) {
      context.print(message + data.map((value) => `[${summarizeValue(value, summarize)}]`).join(""));
    }
    return input;
  },
  PrintV2: ([input], { end }, context) => {
    const text = String(input.at(0)) + end;
    // The session ends lines itself.
    context.print(text.endsWith("\n") ? text.slice(0, -1) : text);
    return [];
  },
  StringFormat: ([inputs], { template, placeholder, summarize }) => {
    const parts = template.split(placeholder);
    return ndarray(
      parts
        .map((part, i) => (i === 0 ? part : summarizeEnds(inputs[i - 1] ?? ndarray("", string), summarize) + part))
        .join(""),
    );
  },
});
