/** The weights that make the filter find edges, blur, or do something at random. */
import { type InitializerFunction, ndarray, randomNormalInitializer } from "namesake";
import { channels, type FilterWeights } from "./filter.ts";

const radius = 2;
const size = 2 * radius + 1;

type Kernel = (x: number, y: number) => number;

/** Gaussian of standard deviation 1 pixel. */
const gaussian: Kernel = (x, y) => Math.exp(-(x * x + y * y) / 2);

/** Derivative of a Gaussian along an angle, in degrees: answers to an edge across it. */
function derivative(degrees: number): Kernel {
  const angle = (degrees * Math.PI) / 180;
  return (x, y) => (x * Math.cos(angle) + y * Math.sin(angle)) * gaussian(x, y);
}

const center: Kernel = (x, y) => (x === 0 && y === 0 ? 1 : 0);

/** A connection from one input map to one output map. */
interface Connection {
  readonly from: number;
  readonly to: number;
  readonly kernel: Kernel;
  readonly gain: number;
}

/** Weights `[k, k, in, out]` with only these connections; each kernel's magnitudes sum to its gain. */
function connect(connections: readonly Connection[]): InitializerFunction {
  return (shape, dtype) => {
    const [k = 1, , inputs = 1, outputs = 1] = shape;
    const reach = (k - 1) / 2;
    const values = new Float32Array(k * k * inputs * outputs);
    for (const { from, to, kernel, gain } of connections) {
      const taps = Array.from({ length: k * k }, (_, i) => kernel((i % k) - reach, Math.floor(i / k) - reach));
      const total = taps.reduce((sum, tap) => sum + Math.abs(tap), 0);
      for (const [i, tap] of taps.entries()) values[(i * inputs + from) * outputs + to] = (gain * tap) / total;
    }
    return ndarray(values, dtype, shape);
  };
}

const colors = [0, 1, 2] as const;
const angles = [0, 45, 90, 135] as const;

/** 24 maps: 3 colours × 4 directions × 2 signs, because ReLU keeps one sign only. */
const edgeMaps = colors.flatMap((color) =>
  angles.flatMap((degrees) => [1, -1].map((sign) => ({ color, kernel: derivative(degrees), sign }))),
);

function edgeWeights(): FilterWeights {
  return {
    conv1: connect(edgeMaps.map(({ color, kernel, sign }, to) => ({ from: color, to, kernel, gain: sign * 3 }))),
    conv2: connect(edgeMaps.map((_, map) => ({ from: map, to: map, kernel: center, gain: 1 }))),
    projection: connect(edgeMaps.map(({ color }, from) => ({ from, to: color, kernel: center, gain: 1 }))),
  };
}

function blurWeights(): FilterWeights {
  const pass = (kernel: Kernel) => connect(colors.map((color) => ({ from: color, to: color, kernel, gain: 1 })));
  const wide: Kernel = (x, y) => gaussian(x / 2, y / 2);
  return { conv1: pass(wide), conv2: pass(wide), projection: pass(center) };
}

/** Normal draws, scaled so that the values of each layer stay near 1. */
function randomWeights(seed: number): FilterWeights {
  const draw = (fanIn: number, offset: number): InitializerFunction => {
    const initializer = randomNormalInitializer({ stddev: Math.sqrt(2 / fanIn), seed: seed + offset });
    return (shape, dtype) => initializer(shape, dtype);
  };
  return { conv1: draw(size * size * 3, 0), conv2: draw(size * size * channels, 1), projection: draw(channels, 2) };
}

/** The names of the filters. */
export const filterNames = ["edge", "blur", "random"] as const;
export type FilterName = (typeof filterNames)[number];

/** The weights of a filter; `seed` matters for `random` only. */
export function filterWeights(name: FilterName, seed: number): FilterWeights {
  return { edge: edgeWeights, blur: blurWeights, random: () => randomWeights(seed) }[name]();
}
