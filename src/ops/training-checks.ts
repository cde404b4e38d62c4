/** What the ops of optimizers refuse while they run, in TensorFlow's words, which differ from op to op. */
import { InvalidArgumentError } from "../base/errors.ts";
import type { NDArray } from "../tensor/ndarray.ts";

/** The inputs of an update by what they are. */
export interface UpdateInputs {
  /** The variable, then its slots. */
  readonly states: readonly NDArray[];
  readonly stateNames: readonly string[];
  readonly gradient: NDArray;
  readonly gradientName: string;
  /** Null where the gradient is of the whole variable. */
  readonly indices: NDArray | null;
  readonly settings: ReadonlyMap<string, NDArray>;
}

function brackets(shape: readonly number[]): string {
  return `[${shape.join(",")}]`;
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((d, i) => d === b[i]);
}

/** What a setting must be beside being a scalar. */
interface Wanted {
  readonly text: string;
  readonly holds: (value: number) => boolean;
}

const anything = (): boolean => true;
const scalar: Wanted = { text: "a scalar: ", holds: anything };
const positive: Wanted = { text: "a positive scalar: ", holds: (value) => value > 0 };
const nonNegative: Wanted = { text: "a non-negative scalar: ", holds: (value) => value >= 0 };

const longNames: Readonly<Record<string, string>> = {
  l1: "l1 regularization strength",
  l2: "l2 regularization strength",
  l2_shrinkage: "l2 shrinkage regularization strength",
};

/** TensorFlow's kernels write some texts with a blank before the colon. */
const blankBeforeColon = new Set(["RMSProp", "CenteredRMSProp", "Adam"]);

function wantedOf(rule: string, setting: string, isSparse: boolean, byRate: boolean): Wanted {
  if (rule.startsWith("Ftrl")) return isSparse ? wantedOfRows(setting, byRate) : wantedOfFtrl(setting);
  if (rule === "ProximalAdagrad") return setting === "lr" ? positive : nonNegative;
  const hasBlank = isSparse ? rule === "Momentum" : blankBeforeColon.has(rule);
  return setting === "lr" && hasBlank ? { text: "a scalar : ", holds: anything } : scalar;
}

function wantedOfFtrl(setting: string): Wanted {
  return setting === "lr_power" ? { text: "a scalar", holds: anything } : scalar;
}

function wantedOfRows(setting: string, byRate: boolean): Wanted {
  if (setting === "lr_power") return { text: "a non-positive scalar: ", holds: (value) => value <= 0 };
  if (setting !== "lr") return nonNegative;
  return {
    text: "a positive scalar (or zero if multiply_linear_by_lr is set): ",
    holds: (value) => value > 0 || (byRate && value >= 0),
  };
}

function checkSettings(rule: string, { settings, indices }: UpdateInputs, byRate: boolean): void {
  for (const [name, value] of settings) {
    const wanted = wantedOf(rule, name, indices !== null, byRate);
    if (value.rank === 0 && wanted.holds(Number(value.at(0)))) continue;
    const shown = indices !== null && name === "alpha" ? "lr" : (longNames[name] ?? name);
    throw new InvalidArgumentError(`${shown} is not ${wanted.text}${brackets(value.shape)}`, {
      setting: name,
      shape: value.shape,
    });
  }
}

/** The names under which TensorFlow's kernels speak of slots. */
function shownName(rule: string, name: string, isSparse: boolean): string {
  if (rule === "AdagradDA") return "accum";
  return rule === "Adadelta" && name === "accum" && isSparse ? "accum_grad" : name;
}

function checkStates(rule: string, { states, stateNames, indices }: UpdateInputs): void {
  const [variable, ...slots] = states as [NDArray, ...NDArray[]];
  for (const [i, slot] of slots.entries()) {
    if (sameShape(variable.shape, slot.shape)) continue;
    const name = stateNames[i + 1] as string;
    // Of this one slot, TensorFlow tells the variable's shape again.
    const told = rule === "CenteredRMSProp" && name === "mg" && indices === null ? variable : slot;
    throw new InvalidArgumentError(
      `var and ${shownName(rule, name, indices !== null)} do not have the same shape${brackets(variable.shape)} ${brackets(told.shape)}`,
      { variable: variable.shape, slot: slot.shape },
    );
  }
}

function checkGradient({ states, gradient, gradientName }: UpdateInputs): void {
  const [variable] = states as [NDArray];
  if (sameShape(variable.shape, gradient.shape)) return;
  throw new InvalidArgumentError(
    `var and ${gradientName} do not have the same shape${brackets(variable.shape)} ${brackets(gradient.shape)}`,
    { variable: variable.shape, gradient: gradient.shape },
  );
}

function checkRows({ states, gradient }: UpdateInputs, indices: NDArray): void {
  const [variable] = states as [NDArray];
  const fields = { variable: variable.shape, gradient: gradient.shape, indices: indices.shape };
  const fail = (text: string): never => {
    throw new InvalidArgumentError(text, fields);
  };
  if (variable.rank === 0) fail("var must be at least 1 dimensional");
  if (indices.rank !== 1) fail("indices must be one-dimensional");
  for (let axis = 1; axis < variable.rank; axis += 1)
    if (variable.shape[axis] !== gradient.shape[axis]) fail(`var and grad must match in dimension ${axis}`);
  if (gradient.shape[0] !== indices.shape[0]) fail("grad must be the same size as indices in the first dimension.");
  if (gradient.rank !== variable.rank) fail("grad must have the same number of dimensions as var");
  const limit = variable.shape[0] as number;
  for (let i = 0; i < indices.size; i += 1) {
    const row = Number(indices.data[i]);
    if (!(row >= 0 && row < limit)) fail(`Index ${row} at offset ${i} in indices is out of range`);
  }
}

/** @throws {InvalidArgumentError} for shapes that do not fit, settings that are no scalars, and rows that do not exist. */
export function checkUpdate(rule: string, inputs: UpdateInputs, attrs: Readonly<Record<string, unknown>>): void {
  checkStates(rule, inputs);
  checkSettings(rule, inputs, attrs["multiply_linear_by_lr"] === true);
  if (inputs.indices === null) checkGradient(inputs);
  else checkRows(inputs, inputs.indices);
}
