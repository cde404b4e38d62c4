/** The networks that jax-js trains: a step as one function of weights and feeds, jitted or op by op, whichever is faster. */
import { startJaxJs } from "./jax-js.ts";
import type { Jax, JaxArray } from "./jax-js-ops.ts";
import { type BuildPeer, CannotRun, type Fed } from "./peer-program.ts";

type Arrays = readonly JaxArray[];

/** What this file uses of `@jax-js/jax` to train. */
interface TrainingJax extends Omit<Jax, "jit"> {
  jit(body: (...args: Arrays) => JaxArray[]): (...args: Arrays) => JaxArray[];
  valueAndGrad(
    body: (...args: Arrays) => JaxArray,
    options: { readonly argnums: readonly number[] },
  ): (...args: Arrays) => [JaxArray, JaxArray[]];
}

type Step = (...args: Arrays) => JaxArray[];

const names = ["hidden/w", "hidden/b", "out/w", "out/b"];
const RATE = 0.1;

/** The mean loss of a batch. Each array is owned by what reads it. */
function lossOf(jax: TrainingJax): (...args: Arrays) => JaxArray {
  const { numpy, nn } = jax;
  const extra = nn as unknown as {
    logSoftmax(x: JaxArray, axis: number): JaxArray;
    oneHot(x: JaxArray, n: number): JaxArray;
  };
  return (...args) => {
    const [w1, b1, w2, b2, x, labels] = args as [JaxArray, JaxArray, JaxArray, JaxArray, JaxArray, JaxArray];
    const batch = x.shape[0] as number;
    const hidden = nn.relu(numpy.add(numpy.matmul(x, w1), b1));
    const scores = extra.logSoftmax(numpy.add(numpy.matmul(hidden, w2), b2), -1);
    const chosen = numpy.multiply(scores, extra.oneHot(labels, 10));
    return numpy.multiply(numpy.sum(chosen, [0, 1]), -1 / batch);
  };
}

/** The loss, then the new weights. */
function stepOf(jax: TrainingJax): Step {
  const both = jax.valueAndGrad(lossOf(jax), { argnums: [0, 1, 2, 3] });
  return (...args) => {
    const weights = args.slice(0, 4);
    const [loss, gradients] = both(...weights.map((weight) => weight.ref), ...args.slice(4));
    const { numpy } = jax;
    const next = weights.map((weight, i) => numpy.subtract(weight, numpy.multiply(gradients[i] as JaxArray, RATE)));
    return [loss, ...next];
  };
}

/** Trains the perceptrons. */
export const trainJaxJs: BuildPeer = async (folder, program) => {
  const jax = (await startJaxJs(folder)) as unknown as TrainingJax;
  const arrayOf = ({ feed, values }: Fed): JaxArray => jax.numpy.array(values).reshape(feed.shape);
  let weights = names.map((name) => {
    const constant = program.constants.get(name);
    if (constant === undefined) throw new CannotRun("this program is not written in its words");
    return jax.numpy.array(constant.values as Float32Array).reshape(constant.shape);
  });
  const step = jax.jit(stepOf(jax));
  return async (fed) => {
    const [loss, ...next] = step(...weights, ...fed.map(arrayOf));
    weights = next;
    return (loss as JaxArray).data();
  };
};
