/** Runs a conditional or a loop of a plan on arrays of the host, given something that runs nodes. */
import { emptyArray } from "../../kernels/strided-copy.ts";
import { NDArray } from "../../tensor/ndarray.ts";
import type { SliceNode, SliceRegion, SliceRegionBody, SliceValue } from "../engine.ts";

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
  const collected = region.body.results.slice(count);
  return (values) => {
    const captures = values.slice(count);
    const elements = collected.map((): NDArray[] => []);
    let variables = values.slice(0, count);
    while (condition([...variables, ...captures])[0]?.at(0) === true) {
      const results = next([...variables, ...captures]);
      variables = results.slice(0, count);
      for (const [i, list] of elements.entries()) list.push(results[count + i] as NDArray);
    }
    return [...variables, ...elements.map((list, i) => stacked(list, collected[i] as SliceValue))];
  };
}

/** The values as rows of one. Their shapes must be alike, and known if there are none: the interpreter explains what else happens. */
function stacked(values: readonly NDArray[], { dtype, shape }: SliceValue): NDArray {
  const dims = values[0]?.shape ?? (shape.isFullyDefined() ? shape.asNumbers() : null);
  if (dims === null || values.some((value) => value.shape.join() !== dims.join()))
    throw new RangeError("the elements that a loop collects have no shape in common");
  const out = emptyArray(dtype, [values.length, ...dims]);
  for (const [i, value] of values.entries())
    (out.data as Float32Array).set(value.data as Float32Array, i * value.data.length);
  return new NDArray(dtype, out.shape, out.data);
}
