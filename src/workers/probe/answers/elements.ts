// The elements of eNom's answers, as far as its documentation shows them: which may be shown, which are people's, which
// are known. (eNom API, commands)

/** Around every answer. */
const ENVELOPE =
  "interface-response command apitype language errcount errors responsecount responses response responsenumber " +
  "responsestring minperiod maxperiod server site islockable isrealtimetld timedifference exectime done trackingkey " +
  "requestdatetime debug rrpcode rrptext errstring errsource errsection success";

const OF_COMMAND: Readonly<Record<string, string>> = {
  CheckLogin:
    "partyid reseller parentaccount isetp seopartner bulkmembershiptype bulkmembership bulkmembershipstatus " +
    "bbulkmembershipstatus verifiedbidder rsa sitetype helpemailaddress agreementstatus agreement type description " +
    "category remoteurl latestversion agreed currentcompliance agreementnote agreementcount account " +
    "securepackageenabled forceaddedsecurity securelocktoken failurecount securelockreturnmessage extracheck " +
    "viewagreement clubdrop clubdropexpired cartitems pdqaccountid rsfaccountstatus rsfexpdate isbademail",
  GetBalance: "reseller balance availablebalance domaincount",
  GetCerts:
    "reseller getcerts certs prodcode prodtype proddesc qtydesc retailprice resellerprice enabled years certcount",
  CertGetCerts:
    "certgetcerts certs cert isexpired certid orderdate configdate domainname validityperiod renewalindicator prodtype " +
    "proddesc expirationdate servercount certstatus certstatusid orderid domaincountallowed reissuestatus " +
    "comodoreissuestatus producttype statusid startposition pagingpagesize count sortby sortbydirection totalrecords " +
    "totalcertcount",
  CertGetCertDetail:
    "certgetcertdetail certid domainname validityperiod orderdate configdate renewalindicator webservertypeid " +
    "webservertypename orderid orderdetailid expirationdate servercount dvauthmethod authstatusid authstatusname " +
    "authstatuslastupdate approveremail fileauthname fileauthcontents dnsauthentry dnsauthtype dnsauthaddress " +
    "dnsauthhostupdate message certstatusid certstatus certstatusdetail certorderstateid certorderstatename " +
    "reissuestatus comodoreissuestatus prodtype proddesc usewebhosting sslcertificate intermediatecertificates csr " +
    "cacerts pvt referenceid domaincountallowed domainlist webservertypes webservertype webservertypecode",
  GetOrderList:
    "orderlist begindate enddate orderdetail orderid orderdate statusdesc orderprocessflag showpreviousandnext " +
    "showpreviouslink previousstartposition showstart showend shownextlink nextstartposition recordcount",
  GetOrderDetail:
    "order orderid result billdate ccrefnum orderbillamount adjusttoaccount certs orderstatus statusdesc orderdate " +
    "orderdetail producttype description status quantity detailstatusid amountpaid domainpassword bundleid " +
    "bundleinstanceid discount bundledescription bundlename expirydatetime",
  GetTransHistory:
    "transhistory adjustedbegindate adjustedenddate fname lname partyid currentstartposition recordcount " +
    "newstartposition oldstartposition transaction trans-date amount transdescription transtype linkvalue orderid " +
    "orderprocessflag balance combalance transstatus",
  CertGetApproverEmail: "certgetapproveremail approver approveremail",
  PurchaseServices: "purchaseservices certid orderid",
  CertConfigureCert:
    "certconfigurecert certid prodtype csrdata organization domainname email hasbadextensions locality " +
    "organizationunit state country approveremail approver dvauthmethod fileauthname fileauthcontents dnsauthentry " +
    "dnsauthtype dnsauthaddress dnsauthhostupdate csr rsa",
  CertPurchaseCert:
    "certpurchasecert geotrustorderid approveremail dvauthmethod fileauthname fileauthcontents dnsauthentry " +
    "dnsauthtype dnsauthaddress certid validitydays validityperioddays sealinfo certtype certserialnum sslcertificate",
};

const COMMON = new Set(ENVELOPE.split(" "));
const KNOWN: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(OF_COMMAND).map(([command, names]) => [command, new Set(names.split(" "))]),
);
/** Numbered, and of every price of a domain. */
const PATTERNS = /^(err\d+|cert\d+|ica\d+|ica|proddesc\d*)$/;
const DOMAIN_PRICE = /^[a-z]{0,8}price$/;
const CONTACT = /^(admin|tech|billing|registrant|auxbilling)([a-z]+\d?)$/;

/** Whether the documentation shows it in an answer to the command. `name` in lower case. */
export function isKnownElement(command: string, name: string): boolean {
  if (COMMON.has(name) || KNOWN.get(command)?.has(name) || PATTERNS.test(name)) return true;
  if (command === "GetBalance" && DOMAIN_PRICE.test(name)) return true;
  return command === "CertGetCertDetail" && CONTACT.test(name);
}

/** A field of a contact of an order. */
export function isContactOfOrder(name: string): boolean {
  return CONTACT.test(name);
}

/** Of a person: every value is masked. Also what a new version may call them. */
export function isContact(name: string): boolean {
  return CONTACT.test(name) || /^(fname|lname|firstname|lastname|organization|organizationunit|locality)$/.test(name);
}

/** Numbers, dates, amounts, words of eNom's own: shown as they are where they have such a form. */
const PLAIN = new Set(
  (
    `${ENVELOPE} ` +
    "certid orderid orderdetailid certstatusid certstatus statusid prodtype prodcode proddesc qtydesc validityperiod years " +
    "orderdate configdate expirationdate trans-date billdate expirydatetime begindate enddate count totalrecords " +
    "totalcertcount recordcount startposition pagingpagesize showstart showend currentstartposition newstartposition " +
    "oldstartposition previousstartposition nextstartposition availablebalance balance amount orderbillamount amountpaid " +
    "resellerprice retailprice price isexpired enabled certs result renewalindicator reissuestatus comodoreissuestatus " +
    "authstatusid authstatusname certorderstateid certorderstatename dvauthmethod dnsauthtype orderstatus statusdesc " +
    "transstatus transtype producttype status quantity detailstatusid webservertypeid webservertypename " +
    "webservertypecode servercount domaincountallowed sortby sortbydirection orderprocessflag domaincount reseller " +
    "geotrustorderid certcount validityperioddays usewebhosting showpreviousandnext showpreviouslink shownextlink " +
    "hasbadextensions sitetype authstatuslastupdate rsfaccountstatus transdescription"
  ).split(" "),
);

/** A word or some, a number, a date, an amount, in ASCII: what such an element may hold without naming anybody. */
const PLAIN_FORM = /^[\w $.,:;/()+&'"-]{1,120}$/;

export function isPlainElement(name: string, text: string): boolean {
  return (PLAIN.has(name) || DOMAIN_PRICE.test(name) || /^proddesc\d+$/.test(name)) && PLAIN_FORM.test(text);
}

/** Sentences for people, and what an owner publishes: shown with whatever could name somebody masked. */
const TEXTS = new Set(
  "message certstatusdetail responsestring dnsauthentry dnsauthaddress fileauthname fileauthcontents".split(" "),
);

export function isTextElement(name: string): boolean {
  return TEXTS.has(name) || PLAIN.has(name) || /^err\d+$/.test(name);
}
