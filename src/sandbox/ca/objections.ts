// What a CA answers to a request that it may not certify: the kind of fault, where it is, and why, in the form that eNom
// passes on. (eNom API, failure documents)
import { objectionToCommonName, objectionToName } from "./domains.ts";
import { objectionToKey } from "./keys.ts";
import type { SigningRequest } from "./signing-request.ts";

/** Every objection, as `[KEY](field): [reason]`; none when the CA goes on with it. */
export function objectionsTo(request: SigningRequest): string[] {
  const { commonNames, names, otherNames, publicKey } = request;
  const [first = ""] = commonNames;
  const several = commonNames.length > 1 ? `${commonNames.length} common names, only one is allowed` : undefined;
  const found: [key: string, field: string, reason: string | undefined][] = [
    ["DNS_INVALID_DOMAIN", "domain.cn", several ?? objectionToCommonName(first.toLowerCase())],
    ...names.filter((name) => name !== first.toLowerCase()).map(sanObjection),
    ...otherNames.map(({ type, value }) => other(type, value)),
    ["WEAK_KEY", "csr", objectionToKey(publicKey.rawData)],
  ];
  return found.flatMap(([key, field, reason]) => (reason === undefined ? [] : [`[${key}](${field}): [${reason}]`]));
}

function sanObjection(name: string): [string, string, string | undefined] {
  return ["DNS_INVALID_DOMAIN", "domain.sans", objectionToName(name)];
}

function other(type: string, value: string): [string, string, string] {
  return ["DNS_INVALID_ENTRY", "domain.sans", `${type} ${value} is no domain name`];
}
