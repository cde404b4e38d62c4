/** The door `namesake/testing`: what tests of engines need. Runs nothing by itself; the caller brings the test runner. */
import { composeLibrary } from "../library.ts";

composeLibrary();

export { type ContractOptions, runEngineContract, type Skip, type TestRunner } from "../engines/contract.ts";
export {
  type CheckedFunction,
  type CheckGradientsOptions,
  checkGradients,
  type GradientProblem,
  type GradientReport,
} from "./check-gradients.ts";
