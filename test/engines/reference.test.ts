import { createReferenceEngine } from "namesake";
import { runEngineContract } from "namesake/testing";
import { describe, expect, it } from "vitest";

runEngineContract({ newEngine: createReferenceEngine, test: { describe, it, expect } });
