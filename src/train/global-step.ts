/** The variable that counts steps. Mirrors python/training/training_util.py. */
import { ArgumentError, ArgumentTypeError, UnknownNameError } from "../base/errors.ts";
import { pythonText, teach } from "../base/text.ts";
import { inGraph } from "../graph/ambient-scope.ts";
import { GraphKeys } from "../graph/collections.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import type { Graph } from "../graph/graph.ts";
import { publicCall } from "../graph/public-call.ts";
import { inNameScope } from "../graph/scopes.ts";
import type { SessionLike } from "../graph/session-like.ts";
import { Tensor } from "../graph/tensor.ts";
import { int64 } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import { BaseVariable } from "../variables/base-variable.ts";
import { getVariable } from "../variables/get-variable.ts";
import { zerosInitializer } from "../variables/initializers.ts";

/**
 * The variable that counts steps: the one of the collection GLOBAL_STEP, or else the tensor named `global_step:0`; `null` without.
 *
 * @throws {ArgumentTypeError} when what is found is no integer scalar.
 * @see TensorFlow `tf.train.get_global_step`, python/training/training_util.py
 * @example
 * train.getGlobalStep(); // null
 */
export function getGlobalStep(graph: Graph = getDefaultGraph()): BaseVariable | Tensor | null {
  return publicCall(() => {
    const listed = graph.getCollection(GraphKeys.GLOBAL_STEP);
    if (listed.length > 1) return null;
    const found = listed.length === 1 ? (listed[0] as BaseVariable | Tensor) : namedStep(graph);
    if (found !== null) assertGlobalStep(found);
    return found;
  });
}

function namedStep(graph: Graph): Tensor | null {
  try {
    return graph.getTensorByName("global_step:0");
  } catch (error) {
    if (error instanceof UnknownNameError) return null;
    throw error;
  }
}

/**
 * Makes the variable that counts steps: an int64 scalar, `global_step`, which begins with 0 and is not trained.
 *
 * @throws {ArgumentError} when there is one.
 * @see TensorFlow `tf.train.create_global_step`, python/training/training_util.py
 * @example
 * train.createGlobalStep().name; // "global_step:0"
 */
export function createGlobalStep(graph: Graph = getDefaultGraph()): BaseVariable {
  return publicCall(() => {
    if (getGlobalStep(graph) !== null) {
      throw new ArgumentError(
        teach('"global_step" already exists.', [["instead", "getOrCreateGlobalStep() gives the one that there is"]]),
        { graph },
      );
    }
    return inGraph(graph, () =>
      inNameScope(graph, null, () =>
        getVariable(GraphKeys.GLOBAL_STEP, [], {
          dtype: int64,
          initializer: zerosInitializer(),
          trainable: false,
          aggregation: "ONLY_FIRST_REPLICA",
          collections: [GraphKeys.GLOBAL_VARIABLES, GraphKeys.GLOBAL_STEP],
        }),
      ),
    );
  });
}

/**
 * The variable that counts steps, made when there is none.
 *
 * @throws {ArgumentTypeError} when what is found is no integer scalar.
 * @see TensorFlow `tf.train.get_or_create_global_step`, python/training/training_util.py
 * @example
 * const globalStep = train.getOrCreateGlobalStep();
 * train.getOrCreateGlobalStep() === globalStep; // true
 */
export function getOrCreateGlobalStep(graph: Graph = getDefaultGraph()): BaseVariable {
  // As in TensorFlow, a tensor of that name that is no variable is given, too; its type says what nearly all are.
  return publicCall(() => (getGlobalStep(graph) ?? createGlobalStep(graph)) as BaseVariable);
}

/**
 * How many steps were counted in a session, as a number.
 *
 * @throws {SessionError} on engines that cannot run at once: there, `Number((await session.run(globalStep)).item())`.
 * @see TensorFlow `tf.train.global_step`, python/training/training_util.py
 * @example
 * const counter = train.createGlobalStep();
 * session.runSync(globalVariablesInitializer());
 * train.globalStep(session, counter); // 0
 */
export function globalStep(session: SessionLike, globalStepTensor: BaseVariable | Tensor): number {
  return Number((session.runSync(globalStepTensor) as NDArray).item());
}

/**
 * Checks that something may count steps.
 *
 * @throws {ArgumentTypeError} unless it is an integer scalar: a variable or a tensor.
 * @see TensorFlow `tf.train.assert_global_step`, python/training/training_util.py
 * @example
 * train.assertGlobalStep(constant(0, { dtype: "int64" }));
 */
export function assertGlobalStep(globalStepTensor: BaseVariable | Tensor): void {
  const given: unknown = globalStepTensor;
  const fail = (text: string): never => {
    throw new ArgumentTypeError(text, { globalStep: given });
  };
  if (!(given instanceof BaseVariable) && !(given instanceof Tensor))
    return fail(`Existing "global_step" must be a Variable or Tensor: ${pythonText(given)}.`);
  if (!given.dtype.baseDtype.isInteger)
    return fail(`Existing "global_step" does not have integer type: <dtype: '${given.dtype.name}'>`);
  if (given.shape.rank !== 0 && given.shape.isFullyDefined())
    return fail(`Existing "global_step" is not scalar: ${given.shape}`);
}
