// What is wrong with input, a field and a sentence each: the one shape in which every door refuses it.
import type { z } from "zod";

/** One thing that is wrong: where (a JSON pointer without its first slash) and what, as a sentence. */
export interface Fault {
  field: string;
  message: string;
}

export function faultsOf(error: z.ZodError): Fault[] {
  return error.issues.map((issue) => ({ field: issue.path.join("/"), message: sentence(issue.message) }));
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
