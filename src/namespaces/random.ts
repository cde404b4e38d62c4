/** TensorFlow's namespace `tf.random`. */
export {
  categorical,
  multinomial,
  randomNormal as normal,
  randomShuffle as shuffle,
  randomUniform as uniform,
  truncatedNormal,
} from "../ops/random.ts";
export { getSeed, setRandomSeed } from "../ops/random-seed.ts";
