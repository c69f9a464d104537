// The ways in which the pretended eNom says no, with the six-digit codes. (eNom API, API error codes)

import type { Settings } from "../books/settings.ts";
import type { Refusal } from "./answer.ts";

/** A refusal with one text and one code, whose wording follows from its digits. */
export function refusal(code: string, text: string): Refusal {
  return { texts: [text], codes: [{ number: code, string: meaning(code) }] };
}

/** Several texts, each with the same code. */
export function refusals(code: string, texts: readonly string[]): Refusal {
  return { texts, codes: texts.map(() => ({ number: code, string: meaning(code) })) };
}

export function badLogin(): Refusal {
  return { ...refusal("304155", "Bad User name or Password - 3"), atTheDoor: true };
}

export function addressNotPermitted(address: string): Refusal {
  const text = `User not permitted from this IP address - ${address}. See Whitelisting your IP for the live environment for details`;
  return { ...refusal("713254", text), atTheDoor: true };
}

export function unreadableCsr(): Refusal {
  return {
    texts: ["500 - Unable to parse CSR.", "Unable to retrieve CSR information"],
    codes: ["620397", "608397"].map((number) => ({ number, string: meaning(number) })),
  };
}

export function unknownCert({ variants }: Settings): Refusal {
  return refusal(variants.unknownCertForm, "The certificate specified does not belong to this account");
}

export function wrongStatus({ variants }: Settings, status: string): Refusal {
  return refusal(
    variants.wrongStatusForm,
    `This command is not permitted while the certificate is in status ${status}`,
  );
}

export function unknownService({ variants }: Settings): Refusal {
  return refusal(variants.unknownServiceForm, "The service specified is not known");
}

export function insufficientFunds({ variants }: Settings): Refusal {
  const text = "Insufficient reseller balance";
  return variants.insufficientFundsForm === "text-only"
    ? { texts: [text], codes: [] }
    : refusal(variants.insufficientFundsForm, text);
}

const SYSTEMS = [
  "Unknown error",
  "Success",
  "Registry error",
  "Validation error",
  "Authentication error",
  "Payment error",
  "System error",
  "Policy error",
];

const ERRORS: Record<string, string> = {
  "01": "missing",
  "03": "out of range",
  "04": "invalid ", // with this blank in every recorded answer
  "06": "policy violation",
  "07": "connection failed",
  "08": "failed to retrieve",
  "12": "disabled",
  "13": "unauthorized",
  "16": "not found",
  "17": "expired",
  "19": "failed to deduct",
  "20": "failed to send",
  "21": "failed to process",
  "24": "insufficient reseller balance",
};

const PARAMETERS: Record<string, string> = {
  "150": "command",
  "153": "domain name(s)",
  "155": "loginid",
  "181": "account balance",
  "182": "product type",
  "197": "year(s)",
  "220": "service(s)",
  "254": "user(s)",
  "259": "order id",
  "274": "product id",
  "397": "SSL Certificate",
};

/** `304155` → `Validation error; invalid ; loginid`: one digit of system, two of error, three of parameter. */
function meaning(code: string): string {
  const parameter = code.slice(3);
  const name = PARAMETERS[parameter] ?? (parameter < "080" ? "contact" : parameter);
  return `${SYSTEMS[Number(code[0])]}; ${ERRORS[code.slice(1, 3)] ?? "unknown"}; ${name}`;
}
