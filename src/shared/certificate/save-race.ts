// A change made by a person meets a worker that saves meanwhile: it is decided again over the newest version.
import { Unavailable } from "../base/errors.ts";

/** A worker saves a few times a second at most; who loses so many races meets trouble of another kind. */
const TRIES = 5;

/**
 * Repeats `attempt`, which reads, decides and saves, while others save in between.
 * @throws Unavailable when they do each time
 */
export async function overNewest<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Unavailable) || tries === TRIES) throw error;
    }
  }
}
