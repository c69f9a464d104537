// The events that renew parts of a page, by what the part shows; names as the list of events has them, with blanks between.

/** What happens to certificates, so that a list of them is not what it was. */
export const CERTIFICATE_EVENTS =
  "certificate.ordered certificate.issued certificate.reissued certificate.attention certificate.attention-cleared certificate.failed certificate.cancelled certificate.expired";

export const ACCOUNT_EVENTS = "account.balance-low account.trouble account.trouble-over";

export const FLEET_EVENTS = "fleet.trouble fleet.trouble-over";
