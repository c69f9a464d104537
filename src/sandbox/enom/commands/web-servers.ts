// The web server types that eNom knows, a list for each family of products. (eNom API, CertConfigureCert,
// WebServerType)
import type { CatalogueProduct } from "../books/catalogue.ts";

export interface WebServer {
  readonly id: number;
  readonly name: string;
}

const LISTS: Record<CatalogueProduct["family"], readonly WebServer[]> = {
  geotrust: numbered(`1 Apache + MOD SSL, 2 Apache + Raven, 3 Apache + SSLeay, 4 C2Net Stronghold, 7 IBM HTTP,
    8 iPlanet 4.1, 9 Lotus Domino, 10 Lotus Domino, 11 Lotus Domino, 12 IIS 4, 13 IIS 5, 14 Netscape, 17 Zeus v3+,
    18 Other, 20 Apache + OpenSSL, 21 Apache 2, 22 Apache + ApacheSSL, 23 Cobalt, 24 cPanel, 25 Ensim, 26 H-Sphere,
    27 Ipswitch, 28 Plesk, 29 Jakarta Tomcat, 30 WebLogic, 31 O'Reilly WebSite, 32 WebStar, 33 IIS 6`),
  comodo: numbered(`1000 Other, 1001 AOL, 1002 Apache/ModSSL, 1003 Apache-SSL, 1004 C2Net, 1005 Cobalt Raq,
    1006 Covalent, 1007 IBM HTTP, 1008 IBM Internet Connection, 1009 iPlanet, 1010 Java Web Server, 1011 Domino,
    1012 Domino Go, 1013 IIS 1 to 4, 1014 IIS 5+, 1015 Netscape Enterprise, 1016 FastTrack,
    1017 Novell, 1018 Oracle, 1019 Quid Pro Quo, 1020 R3, 1021 Raven, 1022 RedHat, 1023 SAP, 1024 Tomcat,
    1025 WebSite Professional, 1026 WebStar 4+, 1027 WebTen, 1028 Zeus, 1029 Ensim, 1030 Plesk, 1031 WHM/cPanel,
    1032 H-Sphere`),
};

export function webServers(family: CatalogueProduct["family"]): readonly WebServer[] {
  return LISTS[family];
}

function numbered(list: string): WebServer[] {
  return [...list.matchAll(/(\d+) ([^,]+?)(?:,|$)/g)].map(([, id, name = ""]) => ({ id: Number(id), name }));
}
