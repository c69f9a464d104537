// Reads one call to interface.asp: GET or POST, names without regard to letter case. (eNom API, transport)
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";

export interface Question {
  /** As the caller wrote it; empty when it is missing. */
  readonly command: string;
  /** All parameters as received, `uid` and `pw` included, names in lower case. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly method: string;
  /** The URL's query held a user name or a password, where logs would find them. */
  readonly credentialsInUrl: boolean;
}

/** @throws Error the caller went away before the whole request had come, or its URL is none */
export async function readQuestion(request: IncomingMessage): Promise<Question> {
  const query = lowerCased(new URL(request.url ?? "/", "http://sandbox").searchParams);
  const body = request.method === "POST" ? lowerCased(new URLSearchParams(await text(request))) : {};
  const parameters = { ...query, ...body };
  return {
    command: parameters.command ?? "",
    parameters,
    method: request.method ?? "",
    credentialsInUrl: "uid" in query || "pw" in query,
  };
}

function lowerCased(parameters: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...parameters].map(([name, value]) => [name.toLowerCase(), value]));
}
