/**
 * Kernels of the ops that optimizers apply. Every rule is arithmetic of one element of the variable and of its slots; the whole and some
 * rows differ only in which elements take part. Mirrors core/kernels/training_ops.cc.
 */
import { InvalidArgumentError } from "../base/errors.ts";
import type { OpDef } from "../graph/op-def.ts";
import { type KernelTable, kernelsFor } from "../kernels/rule.ts";
import { allocate, type DType } from "../tensor/dtype.ts";
import { NDArray, readElement, writeElement } from "../tensor/ndarray.ts";
import { inputName, isGradient, trainingDefs } from "./training.defs.ts";
import { checkUpdate, type UpdateInputs } from "./training-checks.ts";

type Numbers = Float64Array;
type Settings = Readonly<Record<string, number>>;
type Attrs = Readonly<Record<string, unknown>>;

/** Changes element `i` of the variable and of its slots for one element of the gradient. */
type Change = (i: number, gradient: number) => void;

/** The arithmetic of an optimizer: states are the variable and its slots, settings the scalars by name. */
type Rule = (states: readonly Numbers[], settings: Settings, attrs: Attrs) => Change;

type One = readonly [Numbers];
type Two = readonly [Numbers, Numbers];
type Three = readonly [Numbers, Numbers, Numbers];
type Four = readonly [Numbers, Numbers, Numbers, Numbers];

/** Element of an array, which is in range. */
function at(values: Numbers, i: number): number {
  return values[i] as number;
}

function setting(settings: Settings, name: string): number {
  return settings[name] as number;
}

const gradientDescent: Rule = (states, settings) => {
  const [v] = states as unknown as One;
  const alpha = setting(settings, "alpha");
  return (i, g) => {
    v[i] = at(v, i) - alpha * g;
  };
};

const momentum: Rule = (states, settings, attrs) => {
  const [v, accum] = states as unknown as Two;
  const [rate, factor] = [setting(settings, "lr"), setting(settings, "momentum")];
  const isNesterov = attrs["use_nesterov"] === true;
  return (i, g) => {
    const velocity = at(accum, i) * factor + g;
    accum[i] = velocity;
    v[i] = at(v, i) - (isNesterov ? g * rate + velocity * factor * rate : velocity * rate);
  };
};

const adagrad: Rule = (states, settings, attrs) => {
  const [v, accum] = states as unknown as Two;
  const rate = setting(settings, "lr");
  const updatesSlots = attrs["update_slots"] !== false;
  return (i, g) => {
    if (updatesSlots) accum[i] = at(accum, i) + g * g;
    v[i] = at(v, i) - (rate * g) / Math.sqrt(at(accum, i));
  };
};

/** The variable is made anew from the sums of all gradients and of their squares. */
const adagradDa: Rule = (states, settings) => {
  const [v, sums, squares] = states as unknown as Three;
  const [rate, l1, l2] = [setting(settings, "lr"), setting(settings, "l1"), setting(settings, "l2")];
  const step = setting(settings, "global_step");
  return (i, g) => {
    sums[i] = at(sums, i) + g;
    squares[i] = at(squares, i) + g * g;
    // What is stored is read again: it may be infinite where a double is not.
    const [sum, square] = [at(sums, i), at(squares, i)];
    const shrunk = l1 > 0 ? Math.sign(sum) * Math.max(Math.abs(sum) - l1 * step, 0) : sum;
    v[i] = (-rate * shrunk) / (l2 * step * rate + Math.sqrt(square));
  };
};

const adadelta: Rule = (states, settings) => {
  const [v, accum, accumUpdate] = states as unknown as Three;
  const [rate, rho, epsilon] = [setting(settings, "lr"), setting(settings, "rho"), setting(settings, "epsilon")];
  return (i, g) => {
    accum[i] = at(accum, i) * rho + g * g * (1 - rho);
    const update = (Math.sqrt(at(accumUpdate, i) + epsilon) / Math.sqrt(at(accum, i) + epsilon)) * g;
    v[i] = at(v, i) - update * rate;
    accumUpdate[i] = at(accumUpdate, i) * rho + update * update * (1 - rho);
  };
};

const rmsProp: Rule = (states, settings) => {
  const [v, ms, mom] = states as unknown as Three;
  const [rate, rho] = [setting(settings, "lr"), setting(settings, "rho")];
  const [factor, epsilon] = [setting(settings, "momentum"), setting(settings, "epsilon")];
  return (i, g) => {
    ms[i] = at(ms, i) + (g * g - at(ms, i)) * (1 - rho);
    mom[i] = at(mom, i) * factor + (rate * g) / Math.sqrt(at(ms, i) + epsilon);
    v[i] = at(v, i) - at(mom, i);
  };
};

const centeredRmsProp: Rule = (states, settings) => {
  const [v, mg, ms, mom] = states as unknown as Four;
  const [rate, rho] = [setting(settings, "lr"), setting(settings, "rho")];
  const [factor, epsilon] = [setting(settings, "momentum"), setting(settings, "epsilon")];
  return (i, g) => {
    ms[i] = at(ms, i) + (g * g - at(ms, i)) * (1 - rho);
    mg[i] = at(mg, i) + (g - at(mg, i)) * (1 - rho);
    const momentumPart = at(mom, i) * factor;
    // Squares that are infinite as elements of this type are here, too.
    mom[i] = at(mg, i) * at(mg, i);
    mom[i] = momentumPart + (rate * g) / Math.sqrt(at(ms, i) - at(mom, i) + epsilon);
    v[i] = at(v, i) - at(mom, i);
  };
};

const adam: Rule = (states, settings, attrs) => {
  const [v, first, second] = states as unknown as Three;
  const [beta1, beta2, epsilon] = [
    setting(settings, "beta1"),
    setting(settings, "beta2"),
    setting(settings, "epsilon"),
  ];
  const rate =
    (setting(settings, "lr") * Math.sqrt(1 - setting(settings, "beta2_power"))) /
    (1 - setting(settings, "beta1_power"));
  const isNesterov = attrs["use_nesterov"] === true;
  return (i, g) => {
    first[i] = at(first, i) + (g - at(first, i)) * (1 - beta1);
    second[i] = at(second, i) + (g * g - at(second, i)) * (1 - beta2);
    const direction = isNesterov ? g * (1 - beta1) + beta1 * at(first, i) : at(first, i);
    v[i] = at(v, i) - (direction * rate) / (Math.sqrt(at(second, i)) + epsilon);
  };
};

/** `x` to the power of `-power`; the usual one is a square root. */
function powerOf(power: number): (x: number) => number {
  return power === -0.5 ? Math.sqrt : (x) => x ** -power;
}

const ftrl: Rule = (states, settings, attrs) => {
  const [v, accum, linear] = states as unknown as Three;
  const [rate, l1, l2] = [setting(settings, "lr"), setting(settings, "l1"), setting(settings, "l2")];
  const shrinkage = settings["l2_shrinkage"] ?? 0;
  const raised = powerOf(setting(settings, "lr_power"));
  // Either the linear term holds the rate, or all that stands beside it is divided by it.
  const scale = attrs["multiply_linear_by_lr"] === true ? rate : 1;
  const divisor = attrs["multiply_linear_by_lr"] === true ? 1 : rate;
  return (i, g) => {
    const shrunk = g + 2 * shrinkage * at(v, i);
    const before = at(accum, i);
    // What is stored is read again: it may be infinite where a double is not.
    accum[i] = before + g * g;
    const after = at(accum, i);
    linear[i] = at(linear, i) + shrunk * scale - ((raised(after) - raised(before)) / divisor) * at(v, i);
    const sum = at(linear, i);
    const bound = l1 * scale;
    const quadratic = raised(after) / divisor + 2 * l2 * scale;
    v[i] = Math.abs(sum) > bound ? (Math.sign(sum) * bound - sum) / quadratic : 0;
  };
};

/** A step of gradient descent, then the proximal operator of both regularizers. */
function proximalStep(v: number, g: number, rate: number, l1: number, l2: number): number {
  const moved = v - g * rate;
  if (!(l1 > 0)) return moved / (1 + l2 * rate);
  return (Math.sign(moved) * Math.max(Math.abs(moved) - rate * l1, 0)) / (1 + l2 * rate);
}

const proximalGradientDescent: Rule = (states, settings) => {
  const [v] = states as unknown as One;
  const [rate, l1, l2] = [setting(settings, "alpha"), setting(settings, "l1"), setting(settings, "l2")];
  return (i, g) => {
    v[i] = proximalStep(at(v, i), g, rate, l1, l2);
  };
};

const proximalAdagrad: Rule = (states, settings) => {
  const [v, accum] = states as unknown as Two;
  const [rate, l1, l2] = [setting(settings, "lr"), setting(settings, "l1"), setting(settings, "l2")];
  return (i, g) => {
    accum[i] = at(accum, i) + g * g;
    v[i] = proximalStep(at(v, i), g, rate / Math.sqrt(at(accum, i)), l1, l2);
  };
};

const rules: Readonly<Record<string, Rule>> = {
  GradientDescent: gradientDescent,
  Momentum: momentum,
  Adagrad: adagrad,
  AdagradDA: adagradDa,
  Adadelta: adadelta,
  RMSProp: rmsProp,
  CenteredRMSProp: centeredRmsProp,
  Adam: adam,
  Ftrl: ftrl,
  FtrlV2: ftrl,
  ProximalGradientDescent: proximalGradientDescent,
  ProximalAdagrad: proximalAdagrad,
};

/** Element types that are computed as they are stored. */
function isPlain(dtype: DType): boolean {
  return dtype.baseName === "float32" || dtype.baseName === "float64";
}

/** The elements as numbers that may be changed. */
function numbersOf(value: NDArray): Numbers {
  if (isPlain(value.dtype)) return (value.data as Numbers).slice();
  return Float64Array.from({ length: value.size }, (_, i) => readElement(value.dtype, value.data, i) as number);
}

function stored(like: NDArray, numbers: Numbers): NDArray {
  if (isPlain(like.dtype)) return new NDArray(like.dtype, like.shape, numbers);
  const data = allocate(like.dtype, like.size);
  for (let i = 0; i < like.size; i += 1) writeElement(like.dtype, data, i, at(numbers, i));
  return new NDArray(like.dtype, like.shape, data);
}

/** Puts the inputs in their places: variables, gradient, indices, settings. */
function arranged({ inputs: texts, writes }: OpDef, inputs: readonly NDArray[]): UpdateInputs {
  const names = texts.map(inputName);
  const place = names.findIndex(isGradient);
  const rows = names.indexOf("indices");
  const settings = new Map<string, NDArray>();
  for (let i = writes; i < names.length; i += 1)
    if (i !== place && i !== rows) settings.set(names[i] as string, inputs[i] as NDArray);
  return {
    states: inputs.slice(0, writes),
    stateNames: names.slice(0, writes),
    gradient: inputs[place] as NDArray,
    gradientName: names[place] as string,
    indices: rows === -1 ? null : (inputs[rows] as NDArray),
    settings,
  };
}

/** What is wanted of a kernel here, whatever the op. */
type Apply = (inputs: readonly NDArray[], attrs: Attrs) => readonly NDArray[];

function kernelOf(type: string, def: OpDef): Apply {
  const name = type.replace(/^(?:Resource)?(?:Sparse)?Apply/, "");
  const rule = rules[name] as Rule;
  return (inputs, attrs) => {
    const given = arranged(def, inputs);
    const { states, gradient, indices } = given;
    if (!(states[0] as NDArray).dtype.isFloating)
      throw new InvalidArgumentError(`No OpKernel was registered to support Op '${type}' with these types`, {
        dtype: (states[0] as NDArray).dtype,
      });
    checkUpdate(name, given, attrs);
    const settings = Object.fromEntries([...given.settings].map(([key, value]) => [key, Number(value.at(0))]));
    const numbers = states.map(numbersOf);
    const change = rule(numbers, settings, attrs);
    const gradients = isPlain(gradient.dtype) ? (gradient.data as Numbers) : numbersOf(gradient);
    if (indices === null) for (let i = 0; i < gradients.length; i += 1) change(i, at(gradients, i));
    else changeRows(change, states[0] as NDArray, indices, gradients);
    return states.map((state, i) => stored(state, numbers[i] as Numbers));
  };
}

/** Row after row, so that one that is named twice is changed twice. */
function changeRows(change: Change, variable: NDArray, indices: NDArray, gradients: Numbers): void {
  const width = variable.shape.slice(1).reduce((a, b) => a * b, 1);
  for (let k = 0; k < indices.size; k += 1) {
    const from = Number(indices.data[k]) * width;
    for (let j = 0; j < width; j += 1) change(from + j, at(gradients, k * width + j));
  }
}

/** The kernels of this family. */
export const trainingKernels = kernelsFor<typeof trainingDefs>()(
  Object.fromEntries(
    Object.entries(trainingDefs).map(([type, def]) => [type, kernelOf(type, def)]),
  ) as unknown as KernelTable<typeof trainingDefs>,
);
