// schemas/*.json: JSON Schemas of what goes in and comes out, for programs in any language; made from the schemas that the
// fleet itself checks with.
import { z } from "zod";
import { certificateBody } from "../../src/producers/http/certificate-body.ts";
import { problemBody } from "../../src/producers/http/problems.ts";
import { orderBody } from "../../src/shared/certificate/order.ts";
import { eventTypes } from "../../src/shared/events/event-types.ts";
import { jobs, queueNames } from "../../src/shared/queue/jobs.ts";
import { inboxAnswer } from "../../src/workers/inbox/inbox.ts";

interface Schema {
  [key: string]: unknown;
}

/** Text of each file by its name. */
export function schemaFiles(): Record<string, string> {
  const events = Object.entries(eventTypes).map(([type, { means, data }]) =>
    z
      .object({
        id: z.string().meta({ description: "Unique, and its place among all events" }),
        type: z.literal(type),
        timestamp: z.string().meta({ format: "date-time", description: "When it happened" }),
        data,
      })
      .meta({ description: means }),
  );
  const files: Record<string, Schema> = {
    order: goesIn("order", "The body of POST /v1/certificates, and an order of the inbox", orderBody),
    certificate: comesOut("certificate", "GET /v1/certificates/{reference}", certificateBody),
    problem: comesOut("problem", "What is answered instead, as application/problem+json", problemBody),
    event: comesOut("event", "An event, in the feed and as the body of a webhook", z.union(events)),
    "inbox-answer": comesOut(
      "inbox-answer",
      "What became of an order that was put in with lua/enqueue.lua",
      inboxAnswer,
    ),
    ...Object.fromEntries(
      queueNames.map((name) => [
        `job-${name}`,
        goesIn(`job-${name}`, `The data of a job in the queue ${name}`, jobs[name].data),
      ]),
    ),
  };
  return Object.fromEntries(
    Object.entries(files).map(([name, schema]) => [`${name}.json`, `${JSON.stringify(schema, null, 2)}\n`]),
  );
}

/** What is filled in by itself may be left out. */
function goesIn(name: string, title: string, schema: z.ZodType): Schema {
  return named(
    name,
    title,
    z.toJSONSchema(schema, { io: "input", override: ({ jsonSchema }) => withExamples(jsonSchema) }),
  );
}

/** A later release may add fields: whoever reads must bear with them. */
function comesOut(name: string, title: string, schema: z.ZodType): Schema {
  const override = ({ jsonSchema }: { jsonSchema: Schema }): void => {
    withExamples(jsonSchema);
    if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
  };
  return named(name, title, z.toJSONSchema(schema, { io: "output", override }));
}

function named(name: string, title: string, { $schema, id: _id, ...schema }: Schema): Schema {
  return { $schema, $id: `urn:certfleet:schema:${name}`, title, ...schema };
}

/** As JSON Schema has it; OpenAPI has one alone. */
function withExamples(schema: Schema): void {
  if (!("example" in schema)) return;
  schema.examples = [schema.example];
  delete schema.example;
}
