// A setting that is a list of words.
import { z } from "zod";

/** Words with commas between them; none where nothing is set. */
export const wordList = (word: RegExp, example: string) =>
  z
    .string()
    .transform((text) =>
      text
        .split(",")
        .map((each) => each.trim())
        .filter((each) => each !== ""),
    )
    .refine((words) => words.every((each) => word.test(each)), `must be a list such as ${example}`)
    .optional();
