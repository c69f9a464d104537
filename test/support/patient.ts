// Who waits for a state gets it late on a busy machine: a second, which is Vitest's own limit, is a race there, and so are five.
import { vi } from "vitest";

const PATIENT_MS = 15_000;

type WaitFor = typeof vi.waitFor & { isPatient?: true };

const waitFor: WaitFor = vi.waitFor;
if (!waitFor.isPatient) {
  const patient: typeof vi.waitFor = (state, limit = {}) => {
    const { timeout = 0, ...others } = typeof limit === "number" ? { timeout: limit } : limit;
    return waitFor(state, { ...others, timeout: Math.max(timeout, PATIENT_MS) });
  };
  vi.waitFor = Object.assign(patient, { isPatient: true as const });
}
