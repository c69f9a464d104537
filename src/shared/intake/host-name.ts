// Whether a text has the form of a host name at all, and what is wrong where it does not.

import { isIP } from "node:net";

/** Two labels or more of letters, digits and inner hyphens (RFC 1123 2.1), a star in front or not; the last is no number. */
const HOST = /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?!\d+$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])$/;

export function isHostName(name: string): boolean {
  return HOST.test(name);
}

/** Why this cannot be a host name at all, and what to do; undefined where it can. `name`: lower case. */
export function hostNameFault(name: string): string | undefined {
  if (isHostName(name)) return undefined;
  return `The name ${JSON.stringify(name.slice(0, 100))} ${whyNone(name)}`;
}

function whyNone(name: string): string {
  if (/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u.test(name))
    return "has a character that nobody sees, such as a control character. Write the name anew, by hand.";
  if (/[^\x20-\x7e]/.test(name)) return "is not ASCII; write it in Punycode (xn--…).";
  if (/^\*\.[a-z0-9-]+$/.test(name))
    return "covers a whole top-level domain, and no public CA certifies that (BR 3.2.2.6). Use a name below it that is registered.";
  const behindStar = name.replace(/^\*\.(?=.)/, "");
  if (behindStar.includes("*"))
    return "is not a valid wildcard: the star must be the whole first label, as in *.example.com.";
  return `is not a full domain name: ${partFault(behindStar)}`;
}

/** Of ASCII text without a star. */
function partFault(name: string): string {
  if (name === "") return "it is empty. Leave it out, or write one such as shop.example.com.";
  if (isIP(name.replace(/^\[|\]$/g, "")) !== 0) return "it is an IP address. Use a name of the public DNS.";
  if (name.includes("://")) return "it is the address of a web page. Leave out all but the name.";
  if (name.includes("@")) return "it is an e-mail address. Leave out what stands before the name.";
  if (/:\d+$/.test(name)) return "it has a port. Leave it out: a certificate is for all ports.";
  if (/^[^.]+$/.test(name)) return "it has one label only. Use a name of the public DNS, such as shop.example.com.";
  if (/^\.|\.$/.test(name)) return "it has a dot at an end. Leave it out.";
  if (name.includes("..")) return "it has two dots in a row. Leave one out.";
  if (name.includes("_")) return "it has an underscore, which no host name has (RFC 1123). Use another name.";
  if (/^-|-$|\.-|-\./.test(name)) return "one of its labels begins or ends with a hyphen (RFC 1123). Use another name.";
  if (/\.\d+$/.test(name)) return "it ends in a number, and no top-level domain is one. Check the spelling.";
  return "only letters, digits, hyphens and dots make one (RFC 1123). Check the spelling.";
}
