// Where a certificate came from that was not ordered here, as the API shows it.
import { z } from "zod";

const time = z.string().meta({ format: "date-time" });

export const shownOrigin = z
  .object({
    kind: z.enum(["imported", "moved", "handed-over"]).meta({
      description:
        "imported: read from the eNom account; moved: restored from the export of another fleet; handed-over: to another fleet",
    }),
    at: time.meta({ description: "When it was taken in" }),
    account: z.string().meta({ description: "The eNom account that it is on", example: "main" }),
    fleet: z.string().optional().meta({ description: "The fleet that it was moved from", example: "{certfleet}" }),
    adopted: time.nullable().meta({
      description: "From when on it is watched, reissued and renewed; null: nothing is done with it",
    }),
  })
  .nullable()
  .meta({
    description: "Where a certificate came from that was not ordered here; null: ordered here",
    example: null,
  });
