// Asks eNom once more for one part of a long story: of fifteen pages one that was lost shall not have all of them read
// anew.
import { Unavailable } from "../../../shared/base/errors.ts";

const TRIES = 3;

/**
 * For questions without effect, inside a story of several; not where we are told to come again later, nor where the
 * same question would meet the same.
 * @throws what the last try threw
 */
export async function again<T>(question: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof Unavailable) || error.code !== undefined) throw error;
      if (error.retryAfterSeconds !== undefined || tries === TRIES) throw error;
    }
  }
}
