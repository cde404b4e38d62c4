/** The default engine outside of Node: the reference engine. */
export { createReferenceEngine as createDefaultEngine } from "../reference/engine.ts";
