// The fleet's parts put their own sentences into zod, for the whole process. A library leaves those of its host as they
// were: to be imported before any of the fleet's schemas.
import { z } from "zod";

const { customError } = z.config();

/** To be called once all of the fleet's schemas are there; they are parsed with the fleet's sentences all the same. */
export function leaveWordsAsTheyWere(): void {
  z.config({ customError });
}
