/** Conditionals and loops: statements with bodies that TensorFlow calls. */
import * as tf from "namesake";
import { optionsOf } from "../arguments.ts";
import { invoke } from "../host-language.ts";
import type { Interpreter } from "../interpreter.ts";
import type { Part, Statement } from "../program.ts";
import type { StatementKinds } from "../statement-kind.ts";
import { valueOf } from "../values.ts";

/** A function that runs the body of one part of the statement, wherever the library calls it. */
function partFunction(run: Interpreter, part: Part, key: string, parameters: readonly string[]): unknown {
  const path = [...run.path(), key];
  return (...values: readonly unknown[]) =>
    run.runAt(path, () => {
      for (const [i, value] of values.entries()) {
        const name = parameters[i];
        if (name !== undefined) run.handles.set(name, value);
      }
      run.block(part.body ?? []);
      return run.returned(part.return);
    });
}

function whileLoop(run: Interpreter, statement: Statement): unknown {
  const parameters = statement.args as readonly string[];
  const options = optionsOf(run, statement, [
    "name",
    "parallel_iterations",
    "back_prop",
    "return_same_structure",
    "maximum_iterations",
  ]);
  const shapes = statement.shape_invariants as readonly (readonly (number | null)[] | null)[] | undefined;
  if (shapes !== undefined) options["shapeInvariants"] = shapes.map((shape) => new tf.TensorShape(shape));
  const condition = partFunction(run, statement.cond as Part, "cond", parameters);
  const body = partFunction(run, statement.body as Part, "body", parameters);
  const variables = (valueOf(run, statement.vars) as readonly unknown[]).map(asStructure);
  return invoke(tf.whileLoop, condition, body, variables, options);
}

/** A list of Python's numbers is a structure of as many loop variables. */
function asStructure(value: unknown): unknown {
  if (!(value instanceof tf.NDArray) || !value.isPythonLiteral || value.rank === 0) return value;
  const kind = value.dtype.isInteger ? "int" : "float";
  return mapNumbers(value.toArray(), (number) => tf.pythonLiteral(number, kind));
}

function mapNumbers(list: unknown, change: (number: number) => unknown): unknown {
  return Array.isArray(list) ? list.map((item) => mapNumbers(item, change)) : change(list as number);
}

export const flowStatements: StatementKinds = {
  cond: (run, statement) => {
    const whenTrue = partFunction(run, statement.true as Part, "true", []);
    const whenFalse = partFunction(run, statement.false as Part, "false", []);
    const options = optionsOf(run, statement, ["name", "strict"]);
    return invoke(tf.cond, valueOf(run, statement.pred), whenTrue, whenFalse, options);
  },
  while_loop: whileLoop,
};
