/** Variables beside variables: the state that an optimizer or an average keeps for each. Mirrors python/training/slot_creator.py. */
import { getDefaultGraph } from "../graph/default-graph.ts";
import { makeColocation, runInScope } from "../graph/scopes.ts";
import { Tensor } from "../graph/tensor.ts";
import { zeros } from "../ops/array.ts";
import { cond } from "../ops/cond.ts";
import { shape as shapeOf } from "../ops/shape.ts";
import type { DTypeLike } from "../tensor/dtype.ts";
import type { TensorShape } from "../tensor/shape.ts";
import { BaseVariable } from "../variables/base-variable.ts";
import { hasVariable, makeUnsharedVariable } from "../variables/get-variable.ts";
import { isVariableInitialized } from "../variables/initialization.ts";
import { zerosInitializer } from "../variables/initializers.ts";
import { SaveSliceInfo } from "../variables/slice-info.ts";
import type { GetVariableOptions, InitializerLike } from "../variables/variable-functions.ts";
import { variableScope } from "../variables/variable-scope.ts";

/** What a slot belongs to: a variable, or a tensor of which an average is kept. */
export type Primary = BaseVariable | Tensor;

/** The name of a variable's op, or the name under which a resource variable is shared. */
export function primaryName(primary: Primary): string {
  return primary instanceof Tensor ? primary.op.name : primary.name.replace(/:0$/, "");
}

/**
 * Runs a body in a variable scope named after the primary and the slot, with the next free number.
 *
 * TensorFlow's slots obey the `reuse` around them, so an optimizer that is built in a reusing scope fails, or shares the slots of another
 * one. Here they never do; where the scope reuses, a number whose variable exists is passed over.
 */
function inSlotScope<T>(primary: Primary, name: string, body: () => T): T {
  const options = { defaultName: `${primaryName(primary)}/${name}` };
  for (;;) {
    const made = variableScope(null, options, (scope) =>
      scope.reuse !== false && hasVariable("") ? null : { result: body() },
    );
    if (made !== null) return made.result;
  }
}

function makeSlot(primary: Primary, name: string, options: GetVariableOptions, isColocated: boolean): BaseVariable {
  return inSlotScope(primary, name, () => {
    const make = (): BaseVariable => slotVariable(primary, options);
    return isColocated ? runInScope(makeColocation(primary), make) : make();
  });
}

function slotVariable(primary: Primary, options: GetVariableOptions): BaseVariable {
  const useResource = primary instanceof BaseVariable ? primary.isResource : null;
  const slot = makeUnsharedVariable("", { ...options, trainable: false, useResource });
  const slice = primary instanceof BaseVariable ? primary.saveSliceInfo : null;
  if (slice === null) return slot;
  const rank = slot.shape.rank ?? slice.fullShape.length;
  if (rank === 0) return slot;
  // `w/part_0/Adam:0` beside `w/part_0` is the slot `Adam`.
  const slotName = slot.name.slice((primary as BaseVariable).op.name.length + 1, -2);
  const parts = [slice.fullShape, slice.varOffset, slice.varShape].map((list) => list.slice(0, rank));
  const [fullShape, offset, own] = parts as [number[], number[], number[]];
  slot.setSaveSliceInfo(new SaveSliceInfo(`${slice.fullName}/${slotName}`, fullShape, offset, own));
  return slot;
}

/** A slot that begins with the value of a tensor. */
export function createSlot(primary: Primary, value: Tensor, name: string, isColocated = true): BaseVariable {
  const options = { initializer: value, validateShape: value.shape.isFullyDefined() };
  return makeSlot(primary, name, options, isColocated);
}

/** A slot that an initializer fills. */
export function createSlotWithInitializer(
  primary: Primary,
  initializer: InitializerLike,
  shape: TensorShape,
  dtype: DTypeLike,
  name: string,
  isColocated = true,
): BaseVariable {
  const isKnown = shape.isFullyDefined();
  // What gives its own shape is asked for it.
  const options = { initializer, dtype, validateShape: isKnown, ...(isKnown && { shape }) };
  return makeSlot(primary, name, options, isColocated);
}

/** A slot of zeros. */
export function createZerosSlot(primary: Primary, name: string, isColocated = true): BaseVariable {
  const { shape } = primary;
  const dtype = primary.dtype.baseDtype;
  if (shape.isFullyDefined())
    return createSlotWithInitializer(primary, zerosInitializer(), shape, dtype, name, isColocated);
  const dims = shapeOf(primary instanceof BaseVariable ? initialOrCurrent(primary) : primary);
  return createSlot(primary, zeros(dims, { dtype }), name, isColocated);
}

/** The value of a variable, or what it will begin with. */
export function initialOrCurrent(variable: BaseVariable): Tensor {
  return cond(
    isVariableInitialized(variable),
    () => variable.readValue(),
    () => variable.initialValue,
  ) as Tensor;
}

/** The graph of a primary is the one that is built. */
export function isOfCurrentGraph(variable: BaseVariable): boolean {
  return variable.graph === getDefaultGraph();
}
