// What all lists of the API share: how many entries a page has, and how one goes on to the next.
import { z } from "zod";

export const pageLimit = z.coerce
  .number()
  .int()
  .min(1)
  .max(200)
  .default(50)
  .meta({ description: "The most entries of the page", example: 50 });

export function pageOf<T extends z.ZodType>(entry: T) {
  return z.object({
    items: z.array(entry).meta({ description: "The entries of the page" }),
    nextCursor: z.string().nullable().meta({
      description: "Send it as `cursor` to read the next page; null: this is the last one",
      example: null,
    }),
  });
}
