/**
 * How the ops that optimizers apply are written in ONNX: the arithmetic of the kernels, element by element. Updates of rows are those of the
 * rows alone, which are put back into the variables. A model fails where a row is named twice, as it is then changed twice, one after the
 * other: the kernels do that. Optimizers sum the gradients of a row beforehand, so they never meet it.
 */
import type { OpDef } from "../graph/op-def.ts";
import { allTrue, failUnless, withEqualSizes } from "../onnx/checks.ts";
import { checkedLongIndices } from "../onnx/indices.ts";
import type { OnnxOperator } from "../onnx/model/operators.ts";
import {
  type Lowered,
  type OnnxBuilder,
  type OnnxTable,
  type OnnxValue,
  onnxRules,
  Unsupported,
  unsupported,
} from "../onnx/rule.ts";
import { haveSameShape, knownDims } from "../onnx/static-knowledge.ts";
import { inputName, isGradient, trainingDefs } from "./training.defs.ts";

type Attrs = Readonly<Record<string, unknown>>;

/** What an update is written with: all values are of one type, and of the variable's shape or scalars. */
class Arithmetic {
  readonly #onnx: OnnxBuilder;
  readonly #variable: OnnxValue;
  readonly gradient: OnnxValue;
  readonly #settings: ReadonlyMap<string, OnnxValue>;

  constructor(onnx: OnnxBuilder, variable: OnnxValue, gradient: OnnxValue, settings: ReadonlyMap<string, OnnxValue>) {
    this.#onnx = onnx;
    this.#variable = variable;
    this.gradient = gradient;
    this.#settings = settings;
  }

  setting(name: string): OnnxValue {
    const value = this.#settings.get(name) as OnnxValue;
    return value.dtype === this.#variable.dtype ? value : this.#onnx.cast(value, this.#variable.dtype);
  }
  /** The value of a setting when it is known while the model is made. */
  known(name: string): number | null {
    const constant = this.#settings.get(name)?.constant ?? null;
    return constant === null ? null : Number(constant.at(0));
  }
  number(value: number): OnnxValue {
    return this.#onnx.scalar(value, this.#variable.dtype);
  }
  #node(type: OnnxOperator, inputs: readonly OnnxValue[]): OnnxValue {
    const isScalar = inputs.every(({ shape }) => shape.rank === 0);
    return this.#onnx.node(type, inputs, {}, isScalar ? [] : this.#variable.shape);
  }
  add(a: OnnxValue, b: OnnxValue): OnnxValue {
    return this.#node("Add", [a, b]);
  }
  sub(a: OnnxValue, b: OnnxValue): OnnxValue {
    return this.#node("Sub", [a, b]);
  }
  mul(a: OnnxValue, b: OnnxValue): OnnxValue {
    return this.#node("Mul", [a, b]);
  }
  div(a: OnnxValue, b: OnnxValue): OnnxValue {
    return this.#node("Div", [a, b]);
  }
  square(a: OnnxValue): OnnxValue {
    return this.mul(a, a);
  }
  sqrt(a: OnnxValue): OnnxValue {
    return this.#node("Sqrt", [a]);
  }
  abs(a: OnnxValue): OnnxValue {
    return this.#node("Abs", [a]);
  }
  power(a: OnnxValue, b: OnnxValue): OnnxValue {
    return this.#node("Pow", [a, b]);
  }
  max(a: OnnxValue, b: OnnxValue): OnnxValue {
    return this.#node("Max", [a, b]);
  }
  complement(a: OnnxValue): OnnxValue {
    return this.sub(this.number(1), a);
  }
  /** A step of a moving mean: `old + (value - old) · (1 - decay)`. */
  towards(old: OnnxValue, value: OnnxValue, decay: OnnxValue): OnnxValue {
    return this.add(old, this.mul(this.sub(value, old), this.complement(decay)));
  }
  /** `sign(x) · max(|x| - bound, 0)`. */
  shrunk(x: OnnxValue, bound: OnnxValue): OnnxValue {
    return this.mul(this.#node("Sign", [x]), this.max(this.sub(this.abs(x), bound), this.number(0)));
  }
  sign(x: OnnxValue): OnnxValue {
    return this.#node("Sign", [x]);
  }
  whereGreater(a: OnnxValue, b: OnnxValue, yes: OnnxValue, no: OnnxValue): OnnxValue {
    return this.#node("Where", [this.#node("Greater", [a, b]), yes, no]);
  }
}

/** The new values of the variable and its slots. */
type Rule = (math: Arithmetic, states: readonly OnnxValue[], attrs: Attrs) => readonly OnnxValue[] | Unsupported;

type One = readonly [OnnxValue];
type Two = readonly [OnnxValue, OnnxValue];
type Three = readonly [OnnxValue, OnnxValue, OnnxValue];
type Four = readonly [OnnxValue, OnnxValue, OnnxValue, OnnxValue];

const gradientDescent: Rule = (math, states) => {
  const [v] = states as One;
  return [math.sub(v, math.mul(math.setting("alpha"), math.gradient))];
};

const momentum: Rule = (math, states, attrs) => {
  const [v, accum] = states as Two;
  const [rate, factor] = [math.setting("lr"), math.setting("momentum")];
  const velocity = math.add(math.mul(accum, factor), math.gradient);
  if (attrs["use_nesterov"] !== true) return [math.sub(v, math.mul(velocity, rate)), velocity];
  const ahead = math.add(math.mul(math.gradient, rate), math.mul(math.mul(velocity, factor), rate));
  return [math.sub(v, ahead), velocity];
};

const adagrad: Rule = (math, states, attrs) => {
  const [v, accum] = states as Two;
  const sum = attrs["update_slots"] === false ? accum : math.add(accum, math.square(math.gradient));
  return [math.sub(v, math.div(math.mul(math.setting("lr"), math.gradient), math.sqrt(sum))), sum];
};

const adagradDa: Rule = (math, states) => {
  const [, sums, squares] = states as Three;
  const [rate, l1, l2, step] = [
    math.setting("lr"),
    math.setting("l1"),
    math.setting("l2"),
    math.setting("global_step"),
  ];
  const sum = math.add(sums, math.gradient);
  const square = math.add(squares, math.square(math.gradient));
  const shrunk = math.shrunk(sum, math.mul(math.max(l1, math.number(0)), step));
  const divisor = math.add(math.mul(math.mul(l2, step), rate), math.sqrt(square));
  return [math.div(math.mul(math.sub(math.number(0), rate), shrunk), divisor), sum, square];
};

const adadelta: Rule = (math, states) => {
  const [v, accum, accumUpdate] = states as Three;
  const [rate, rho, epsilon] = [math.setting("lr"), math.setting("rho"), math.setting("epsilon")];
  const mixed = (old: OnnxValue, value: OnnxValue): OnnxValue =>
    math.add(math.mul(old, rho), math.mul(math.square(value), math.complement(rho)));
  const mean = mixed(accum, math.gradient);
  const size = math.div(math.sqrt(math.add(accumUpdate, epsilon)), math.sqrt(math.add(mean, epsilon)));
  const update = math.mul(size, math.gradient);
  return [math.sub(v, math.mul(update, rate)), mean, mixed(accumUpdate, update)];
};

/** What both kinds of RMSProp do once the mean of squares is known. */
function rmsStep(math: Arithmetic, mom: OnnxValue, spread: OnnxValue): OnnxValue {
  const step = math.div(
    math.mul(math.setting("lr"), math.gradient),
    math.sqrt(math.add(spread, math.setting("epsilon"))),
  );
  return math.add(math.mul(mom, math.setting("momentum")), step);
}

const rmsProp: Rule = (math, states) => {
  const [v, ms, mom] = states as Three;
  const mean = math.towards(ms, math.square(math.gradient), math.setting("rho"));
  const step = rmsStep(math, mom, mean);
  return [math.sub(v, step), mean, step];
};

const centeredRmsProp: Rule = (math, states) => {
  const [v, mg, ms, mom] = states as Four;
  const mean = math.towards(ms, math.square(math.gradient), math.setting("rho"));
  const center = math.towards(mg, math.gradient, math.setting("rho"));
  const step = rmsStep(math, mom, math.sub(mean, math.square(center)));
  return [math.sub(v, step), center, mean, step];
};

const adam: Rule = (math, states, attrs) => {
  const [v, first, second] = states as Three;
  const [beta1, beta2] = [math.setting("beta1"), math.setting("beta2")];
  const rate = math.div(
    math.mul(math.setting("lr"), math.sqrt(math.complement(math.setting("beta2_power")))),
    math.complement(math.setting("beta1_power")),
  );
  const m = math.towards(first, math.gradient, beta1);
  const s = math.towards(second, math.square(math.gradient), beta2);
  const direction =
    attrs["use_nesterov"] === true ? math.add(math.mul(math.gradient, math.complement(beta1)), math.mul(beta1, m)) : m;
  const step = math.div(math.mul(direction, rate), math.add(math.sqrt(s), math.setting("epsilon")));
  return [math.sub(v, step), m, s];
};

function ftrl(hasShrinkage: boolean): Rule {
  return (math, states, attrs) => {
    const [v, accum, linear] = states as Three;
    const [rate, two] = [math.setting("lr"), math.number(2)];
    const byRate = attrs["multiply_linear_by_lr"] === true;
    const raised = (x: OnnxValue): OnnxValue =>
      math.known("lr_power") === -0.5
        ? math.sqrt(x)
        : math.power(x, math.sub(math.number(0), math.setting("lr_power")));
    const scaled = (x: OnnxValue): OnnxValue => (byRate ? math.mul(x, rate) : x);
    const divided = (x: OnnxValue): OnnxValue => (byRate ? x : math.div(x, rate));
    const shrunk = hasShrinkage
      ? math.add(math.gradient, math.mul(math.mul(two, math.setting("l2_shrinkage")), v))
      : math.gradient;
    const after = math.add(accum, math.square(math.gradient));
    const change = math.mul(divided(math.sub(raised(after), raised(accum))), v);
    const sum = math.sub(math.add(linear, scaled(shrunk)), change);
    const bound = scaled(math.setting("l1"));
    const quadratic = math.add(divided(raised(after)), scaled(math.mul(two, math.setting("l2"))));
    const moved = math.div(math.sub(math.mul(math.sign(sum), bound), sum), quadratic);
    return [math.whereGreater(math.abs(sum), bound, moved, math.number(0)), after, sum];
  };
}

function proximalStep(math: Arithmetic, v: OnnxValue, rate: OnnxValue): OnnxValue {
  const moved = math.sub(v, math.mul(math.gradient, rate));
  const l1 = math.max(math.setting("l1"), math.number(0));
  const divisor = math.add(math.number(1), math.mul(math.setting("l2"), rate));
  return math.div(math.known("l1") === 0 ? moved : math.shrunk(moved, math.mul(rate, l1)), divisor);
}

const proximalGradientDescent: Rule = (math, states) => {
  const [v] = states as One;
  return [proximalStep(math, v, math.setting("alpha"))];
};

const proximalAdagrad: Rule = (math, states) => {
  const [v, accum] = states as Two;
  const [rate, l1, l2] = [math.known("lr"), math.known("l1"), math.known("l2")];
  if (rate === null || l1 === null || l2 === null || !(rate > 0 && l1 >= 0 && l2 >= 0))
    return unsupported("the kernel refuses settings below zero, and these are not known before the step");
  const sum = math.add(accum, math.square(math.gradient));
  return [proximalStep(math, v, math.div(math.setting("lr"), math.sqrt(sum))), sum];
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
  Ftrl: ftrl(false),
  FtrlV2: ftrl(true),
  ProximalGradientDescent: proximalGradientDescent,
  ProximalAdagrad: proximalAdagrad,
};

type Lower = (onnx: OnnxBuilder, inputs: readonly OnnxValue[], attrs: Attrs) => Lowered;

function lowering(type: string, { inputs: texts, writes }: OpDef): Lower | Unsupported {
  const name = type.replace(/^(?:Resource)?(?:Sparse)?Apply/, "");
  const rule = rules[name] as Rule;
  const names = texts.map(inputName);
  if (type.includes("Sparse")) return rowsLowering(name, rule, names, writes);
  return (onnx, inputs, attrs) => {
    const states = inputs.slice(0, writes);
    const [variable] = states as unknown as One;
    if (!variable.dtype.isFloating) return unsupported("the kernel refuses this type");
    const gradient = inputs[names.findIndex(isGradient)] as OnnxValue;
    if (![...states, gradient].every((value) => haveSameShape(variable, value)))
      return unsupported("it is not known that the variable, its slots and the gradient have one shape");
    const settings = new Map(names.map((name, i) => [name, inputs[i] as OnnxValue] as const).slice(writes));
    for (const [name, { shape }] of settings)
      if (!isGradient(name) && shape.rank !== 0) return unsupported("it is not known that the settings are scalars");
    return rule(new Arithmetic(onnx, variable, gradient, settings), states, attrs);
  };
}

/** The indices as int64, in a model that fails where one is there twice. */
function distinct(onnx: OnnxBuilder, indices: OnnxValue): OnnxValue {
  const places = checkedLongIndices(onnx, indices);
  const found = onnx.nodes("Unique", [places], { sorted: 0 }, 1)[0] as OnnxValue;
  const isWhole = onnx.node("Equal", [onnx.node("Shape", [found]), onnx.node("Shape", [places])], {}, [1]);
  return { ...failUnless(onnx, allTrue(onnx, isWhole), places), shape: indices.shape };
}

/** Why rows of these states are not updated in ONNX, or null. */
function refusalOfRows(states: readonly OnnxValue[], gradient: OnnxValue, indices: OnnxValue): string | null {
  const [variable] = states as unknown as One;
  if (!variable.dtype.isFloating || variable.dtype.size < 4) return "the kernel computes this type otherwise";
  const dims = knownDims(variable);
  if (
    dims === null ||
    dims.length === 0 ||
    dims.includes(0) ||
    !states.every((state) => haveSameShape(variable, state))
  )
    return "it is not known that the variable and its slots have one shape";
  const rows = gradient.shape.dims;
  const isAlike = rows?.length === dims.length && rows.slice(1).every((d, i) => d === dims[i + 1]);
  if (!isAlike || indices.shape.rank !== 1) return "it is not known that the gradient is one of rows";
  return null;
}

/** Settings that the kernels refuse must be known: some do only for rows. */
function refusalOfSettings(name: string, settings: ReadonlyMap<string, OnnxValue>, attrs: Attrs): string | null {
  for (const { shape } of settings.values())
    if (shape.rank !== 0) return "it is not known that the settings are scalars";
  if (!name.startsWith("Ftrl")) return null;
  const isFine = (setting: string, { constant }: OnnxValue): boolean => {
    const value = constant === null ? Number.NaN : Number(constant.at(0));
    if (setting === "lr_power") return value <= 0;
    return setting === "lr" ? value > 0 || (attrs["multiply_linear_by_lr"] === true && value === 0) : value >= 0;
  };
  return [...settings].every(([setting, value]) => isFine(setting, value))
    ? null
    : "the kernel refuses some settings, and these are not known before the step";
}

function rowsLowering(name: string, rule: Rule, names: readonly string[], writes: number): Lower {
  return (onnx, inputs, attrs) => {
    const states = inputs.slice(0, writes);
    const named = (isIt: (input: string) => boolean): OnnxValue => inputs[names.findIndex(isIt)] as OnnxValue;
    const [given, indices] = [named(isGradient), named((input) => input === "indices")];
    const settings = new Map(
      names.flatMap((input, i) =>
        i < writes || isGradient(input) || input === "indices" ? [] : [[input, inputs[i] as OnnxValue] as const],
      ),
    );
    const why = refusalOfRows(states, given, indices) ?? refusalOfSettings(name, settings, attrs);
    if (why !== null) return unsupported(why);
    const [gradient, places] = withEqualSizes(onnx, [given, distinct(onnx, indices)], [0]) as Two;
    const shape = given.shape;
    const rows = states.map((state) => onnx.node("Gather", [state, places], { axis: 0 }, shape));
    const made = rule(new Arithmetic(onnx, rows[0] as OnnxValue, gradient, settings), rows, attrs);
    if (made instanceof Unsupported) return made;
    const columns = onnx.node("Unsqueeze", [places, onnx.integers([1])]);
    // No row is there twice, so it does not matter that several threads put them back.
    return states.map((state, i) => onnx.node("ScatterND", [state, columns, made[i] as OnnxValue], {}, state.shape));
  };
}

/** The rules of this family. */
export const trainingOnnx = onnxRules<typeof trainingDefs>()(
  Object.fromEntries(
    Object.entries(trainingDefs).map(([type, def]) => [type, lowering(type, def)]),
  ) as unknown as OnnxTable<typeof trainingDefs>,
);
