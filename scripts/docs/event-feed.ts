// The page of the events that others hear of: each type with what it means and an example, and the fields of their data.
import { z } from "zod";
import * as data from "../../src/shared/events/event-data.ts";
import { eventTypeNames, eventTypes } from "../../src/shared/events/event-types.ts";
import { exampleEvent } from "../../src/shared/events/example.ts";
import { code, page, table } from "./page.ts";

export function eventFeedPage(): string {
  const { certificateData, ...others } = data;
  const common = new Set(Object.keys(certificateData.shape));
  const sections = Object.entries(others).map(([name, schema]) => ({
    name: name.replace(/Data$/, ""),
    rows: fieldsOf(schema).filter(
      ([field = ""]) => !(isOfCertificate(schema) && common.has(field.replaceAll("`", ""))),
    ),
    types: eventTypeNames.filter((type) => eventTypes[type].data === (schema as unknown)),
  }));
  return page(
    "Event feed",
    [
      "What [`GET /v1/events`](http-api.md#events), `GET /v1/events/stream` and webhooks tell: every type, with an example.",
      "Names never change, and `data` may get more fields: ignore those that you do not know. The log and the timeline",
      "have [names of their own](events.md).",
      "",
      "No event names a person. What people, eNom and mail servers said stands in the certificate and at the account.",
      "",
      "An event is written with the change that it tells. A few states nobody writes: a queue that was stopped, a mail server",
      "that does not respond, a Redis without replicas, a spending limit that is reached. `fleet.trouble` and",
      "`account.trouble` tell these when a worker sees them, every five seconds; one that is over by then is not told.",
      "",
      "An event takes about 0.3 KB in Redis: the newest million, and that is the most, some 300 MB. An order has 12 to 20.",
    ],
    table(
      ["type", "means"],
      eventTypeNames.map((type) => [`[${code(type)}](#${type.replaceAll(".", "")})`, eventTypes[type].means]),
    ),
    ["## The data of a certificate", "", "Every `certificate.…` has them."].join("\n"),
    table(["field", "holds"], fieldsOf(certificateData)),
    "## More data",
    ...sections
      .filter(({ types, rows }) => types.length > 0 && rows.length > 0)
      .flatMap(({ types, rows }) => [`${types.map(code).join(",\n")}:`, table(["field", "holds"], rows)]),
    "## Examples",
    ...eventTypeNames.map(
      (type) =>
        `### \`${type}\`\n\n${eventTypes[type].means}.\n\n\`\`\`json\n${JSON.stringify(exampleEvent(type), null, 2)}\n\`\`\``,
    ),
  );
}

function isOfCertificate(schema: z.ZodObject): boolean {
  return "domain" in schema.shape;
}

/** Fields of fields are named with dots. */
function fieldsOf(schema: z.ZodObject, within = ""): string[][] {
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    const of = field instanceof z.ZodNullable ? field.unwrap() : field;
    const description = z.globalRegistry.get(field)?.description ?? z.globalRegistry.get(of)?.description ?? "";
    const own = description === "" ? [] : [[code(`${within}${name}`), description]];
    return of instanceof z.ZodObject ? [...own, ...fieldsOf(of, `${within}${name}.`)] : own;
  });
}
