// The reseller's account: GetBalance and CheckLogin.
import { centsOf, grouped } from "../books/amounts.ts";
import { day, monthsLater } from "../books/calendar.ts";
import { serverZone } from "../books/settings.ts";
import { closed, group, leaf } from "../wire/elements.ts";
import type { Run } from "./office.ts";

/**
 * `AvailableBalance` falls with the purchase; `Balance` follows when the order shows in the lists. (eNom API,
 * GetBalance)
 */
export const getBalance: Run = (_parameters, { books, clock, settings }) => {
  const available = centsOf(books.balance());
  const since = clock.now().getTime() - settings.timings.orderLagMs;
  const unsettled = books.transactions().filter(({ at }) => Date.parse(at) > since);
  const balance = unsettled.reduce((sum, { amountCents }) => sum - amountCents, available);
  return [
    leaf("Reseller", 1),
    leaf("Balance", grouped(balance)),
    leaf("AvailableBalance", grouped(available)),
    leaf("Price", "8.95"),
    leaf("COMPrice", "8.95"),
    leaf("NETPrice", "9.00"),
    leaf("ORGPrice", "9.00"),
    leaf("CCPrice", "24.95"),
    leaf("TVPrice", "39.95"),
    leaf("BZPrice", "24.95"),
    leaf("NUPrice", "24.95"),
    leaf("DomainCount", 74),
  ];
};

/** Who is logged in; `IsETP` really occurs twice. (eNom API, CheckLogin) */
export const checkLogin: Run = (_parameters, { clock, settings }) => [
  leaf("PartyID", "{AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE}"),
  leaf("Reseller", "True"),
  leaf("ParentAccount", "000-00-0000"),
  leaf("IsETP", 0),
  leaf("SEOPartner", "NA"),
  leaf("BulkMembershipType", "None"),
  leaf("BulkMembership", "False"),
  closed("BulkMembershipStatus"),
  leaf("bBulkMembershipStatus", 0),
  leaf("VerifiedBidder", "False"),
  leaf("RSA", "False"),
  leaf("SiteType", "E"),
  leaf("HelpEmailAddress", "billing@example.com"),
  group("AgreementStatus", [
    group("Agreement", [
      leaf("Type", 1),
      leaf("Description", "ResellerAgreement"),
      leaf("Category", "ResellerAgreement"),
      closed("RemoteURL"),
      leaf("LatestVersion", "2.5"),
      leaf("Agreed", 1),
      leaf("CurrentCompliance", 1),
      closed("AgreementNote"),
    ]),
  ]),
  closed("AgreementCount"),
  leaf("Account", "111-ab-2222"),
  leaf("IsETP", 0),
  leaf("SecurePackageEnabled", "False"),
  leaf("ForceAddedSecurity", "False"),
  closed("SecureLockToken"),
  leaf("FailureCount", 0),
  closed("SecureLockReturnMessage"),
  leaf("ExtraCheck", "False"),
  leaf("ViewAgreement", "False"),
  leaf("ClubDrop", "False"),
  leaf("ClubDropExpired", "False"),
  leaf("CartItems", 0),
  leaf("PdqAccountId", 1_000_000),
  leaf("RSFAccountStatus", "New"),
  leaf("RSFExpDate", day(monthsLater(clock.now(), 12), serverZone(settings))),
  leaf("IsBadEmail", "False"),
];
