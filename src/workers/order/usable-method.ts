// Whether the domain can be validated for what is about to begin, asked before any money: by e-mail nothing is from
// 15 March 2028 on.

import { utcDate } from "../../shared/base/dates.ts";
import { type Certificate, nextApprover } from "../../shared/certificate/certificate.ts";
import { getProduct } from "../../shared/certificate/products.ts";
import { isUsable, isUsableForPurchase, otherMethods } from "../../shared/subscription/email-ending.ts";
import { EMAIL_VALIDATION_ENDS } from "../../shared/subscription/limits.ts";

interface Needed {
  code: "validation-needed";
  message: string;
}

/** Why nothing may be bought for it now; undefined where the agreed method validates it. */
export function whyNotBought(certificate: Certificate, at: Date): Needed | undefined {
  return whyNot(certificate, isUsableForPurchase, at);
}

/** Why the owner could not prove the domain now; undefined where it can be. */
export function whyNotValidated(certificate: Certificate, at: Date): Needed | undefined {
  return whyNot(certificate, isUsable, at);
}

function whyNot(certificate: Certificate, isFit: typeof isUsable, at: Date): Needed | undefined {
  const product = getProduct(certificate.order.product);
  const { method } = nextApprover(certificate);
  if (isFit(method, product.methods, at)) return undefined;
  const others = otherMethods(product);
  const rest =
    others.length > 0
      ? `eNom offers ${others.join(" and ")} for it, and neither is agreed with the owner.`
      : "eNom offers no other method for it.";
  const cause =
    method === "email"
      ? `from ${utcDate(EMAIL_VALIDATION_ENDS)} on no domain is validated by e-mail.`
      : `${product.name} offers no validation by ${method}.`;
  const message = `${product.name} is to be validated by ${method}, but ${cause} ${rest} eNom was not asked, and nothing was bought.`;
  return { code: "validation-needed", message };
}
