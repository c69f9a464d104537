// A whole answer of interface.asp: payload, errors, and the tail that every answer ends with. (eNom API, response
// envelope)
import { randomUUID } from "node:crypto";
import { cdata, closed, type Element, flat, group, leaf, xml } from "./elements.ts";

/** eNom answers through two programs whose tails differ a little. */
export type Backend = "API" | "API.NET";

export interface Refusal {
  /** `Err1` … `ErrN`. */
  readonly texts: readonly string[];
  readonly codes: readonly { readonly number: string; readonly string: string }[];
  /** Refused at the door: the document then has an empty `Site`, no TrackingKey and an empty `debug`. */
  readonly atTheDoor?: boolean;
}

/** What a command answers: the elements before the tail, or why not. */
export type Reply = readonly Element[] | Refusal;

export interface Envelope {
  command: string;
  backend: Backend;
  /** Server time in the form of the document. */
  requestDateTime: string;
  execMs: number;
  trackingKey: boolean;
}

export interface Document {
  contentType: string;
  body: string;
}

/** The document in the form that `ResponseType` asks for: XML, HTML, or else text. */
export function documentOf(reply: Reply, envelope: Envelope, responseType: string | undefined): Document {
  const elements = isRefusal(reply) ? tail(envelope, reply) : [...reply, ...tail(envelope)];
  if (responseType?.toLowerCase() === "xml") {
    const root = xml(group("interface-response", elements));
    return { contentType: "text/xml; charset=utf-8", body: `<?xml version="1.0" encoding="utf-8"?>\n${root}\n` };
  }
  const heading = [";URL Interface", `;Machine is ${server(envelope.backend)}`, ";Encoding Type is utf-8"];
  const lines = [...heading, ...flat(elements)];
  if (responseType?.toLowerCase() !== "html") {
    return { contentType: "text/plain; charset=utf-8", body: `${lines.join("\r\n")}\r\n` };
  }
  const safe = lines.map((line) => line.replaceAll("&", "&amp;").replaceAll("<", "&lt;"));
  return { contentType: "text/html; charset=utf-8", body: `<html><body>${safe.join("<br>\n")}</body></html>\n` };
}

export function isRefusal(reply: Reply): reply is Refusal {
  return "texts" in reply;
}

function tail(envelope: Envelope, refusal: Refusal = { texts: [], codes: [] }): Element[] {
  const { texts, codes, atTheDoor = false } = refusal;
  // Who is turned away at the door never reaches the newer program.
  const backend = atTheDoor ? "API" : envelope.backend;
  const empty = backend === "API" ? leaf : closed;
  const errors = texts.map((text, index) => leaf(`Err${index + 1}`, text));
  const responses = codes.map(({ number, string }) =>
    group("response", [leaf("ResponseNumber", number), leaf("ResponseString", string)]),
  );
  return [
    leaf("Command", envelope.command.toUpperCase()),
    leaf("APIType", backend),
    leaf("Language", "eng"),
    leaf("ErrCount", errors.length),
    ...(errors.length > 0 ? [group("errors", errors)] : []),
    leaf("ResponseCount", responses.length),
    ...(responses.length > 0 ? [group("responses", responses)] : []),
    leaf("MinPeriod", backend === "API" ? "" : 1),
    leaf("MaxPeriod", 10),
    leaf("Server", server(backend)),
    leaf("Site", atTheDoor ? "" : "eNom"),
    empty("IsLockable"),
    empty("IsRealTimeTLD"),
    leaf("TimeDifference", "+0.00"),
    leaf("ExecTime", (envelope.execMs / 1000).toFixed(3)),
    leaf("Done", "true"),
    ...(envelope.trackingKey && !atTheDoor ? [leaf("TrackingKey", randomUUID())] : []),
    leaf("RequestDateTime", envelope.requestDateTime),
    ...(atTheDoor ? [cdata("debug")] : []),
  ];
}

function server(backend: Backend): string {
  return backend === "API" ? "SJL0VWAPI01" : "sjl0vwapi01";
}
