/** TensorFlow's namespace `tf.random`. */
export { logUniformCandidateSampler, uniformCandidateSampler } from "../ops/candidate-sampling.ts";
export {
  categorical,
  multinomial,
  randomNormal as normal,
  randomShuffle as shuffle,
  randomUniform as uniform,
  truncatedNormal,
} from "../ops/random.ts";
export { randomCrop as crop } from "../ops/random-crop.ts";
export {
  type GammaOptions,
  type PoissonOptions,
  randomGamma as gamma,
  randomPoisson as poisson,
} from "../ops/random-gamma.ts";
export { getSeed, setRandomSeed } from "../ops/random-seed.ts";
export {
  type StatelessNormalOptions,
  type StatelessUniformOptions,
  statelessCategorical,
  statelessMultinomial,
  statelessRandomNormal as statelessNormal,
  statelessRandomUniform as statelessUniform,
  statelessTruncatedNormal,
} from "../ops/stateless-random.ts";
