// DKIM (RFC 6376): our domain's signature on a mail, made of three settings.
import { createPrivateKey } from "node:crypto";
import DKIM from "nodemailer/lib/dkim";
import { badSettings } from "../../shared/base/read-settings.ts";

/** Puts the signature in front of a finished message. */
export type Signer = Pick<DKIM, "sign">;

/** As `mailSettings` reads them. */
export interface DkimSettings {
  DKIM_DOMAIN?: string | undefined;
  DKIM_SELECTOR?: string | undefined;
  /** PEM; a setting of one line has \n where lines end. */
  DKIM_PRIVATE_KEY?: string | undefined;
}

/** RFC 8301, 3.2: below this no receiver believes a signature. New keys have 2048. */
const LEAST_BITS = 1024;

/**
 * Nothing where no setting is given. The key is looked at here, since nodemailer sends unsigned what it cannot sign.
 * @throws Error naming the settings, never showing the key
 */
export function readDkim({ DKIM_DOMAIN, DKIM_SELECTOR, DKIM_PRIVATE_KEY }: DkimSettings): Signer | undefined {
  if (!DKIM_DOMAIN && !DKIM_SELECTOR && !DKIM_PRIVATE_KEY) return undefined;
  if (!DKIM_DOMAIN || !DKIM_SELECTOR || !DKIM_PRIVATE_KEY)
    throw badSettings(["DKIM_DOMAIN, DKIM_SELECTOR and DKIM_PRIVATE_KEY: set all three, or none"]);
  const privateKey = rsaKey(DKIM_PRIVATE_KEY);
  if (!privateKey) throw badSettings([`DKIM_PRIVATE_KEY: an RSA key of at least ${LEAST_BITS} bits, as PEM`]);
  return new DKIM({ domainName: DKIM_DOMAIN, keySelector: DKIM_SELECTOR, privateKey });
}

function rsaKey(pem: string): string | undefined {
  try {
    const key = createPrivateKey(pem.replaceAll("\\n", "\n"));
    const bits = key.asymmetricKeyType === "rsa" ? (key.asymmetricKeyDetails?.modulusLength ?? 0) : 0;
    return bits >= LEAST_BITS ? `${key.export({ type: "pkcs8", format: "pem" })}` : undefined;
  } catch {
    return undefined;
  }
}
