// The fleet's policy where nobody has said anything.
import type { PolicyFor } from "../../src/shared/subscription/policy.ts";

export const defaultPolicy: PolicyFor = () => ({ mode: "auto", beforeDays: 10, source: "default" });
