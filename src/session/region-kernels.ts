/** Runs a conditional or a loop of a plan on arrays of the host, given something that runs nodes. */
import type { NDArray } from "../tensor/ndarray.ts";
import type { SliceNode, SliceRegion, SliceRegionBody, SliceValue } from "./engine.ts";

/** Runs nodes: their inputs' values in, their outputs' values out. */
type Run = (values: readonly NDArray[]) => readonly NDArray[];

/** Prepares nodes for being run often. */
type Prepare = (nodes: readonly SliceNode[], inputs: readonly SliceValue[], outputs: readonly SliceValue[]) => Run;

/** What computes a region's outputs of its inputs. */
export function regionKernel(region: SliceRegion, prepare: Prepare): Run {
  const body = ({ parameters, nodes, results }: SliceRegionBody): Run =>
    prepare(nodes, [...parameters, ...region.captures], results);
  if (region.kind === "if") {
    const [whenFalse, whenTrue] = [body(region.whenFalse), body(region.whenTrue)];
    return ([predicate, ...captures]) => (predicate?.at(0) === true ? whenTrue : whenFalse)(captures);
  }
  const [condition, next] = [body(region.condition), body(region.body)];
  const count = region.body.parameters.length;
  return (values) => {
    const captures = values.slice(count);
    let variables = values.slice(0, count);
    while (condition([...variables, ...captures])[0]?.at(0) === true)
      variables = [...next([...variables, ...captures])];
    return variables;
  };
}
