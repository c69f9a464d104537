// Builds the chain from a leaf to a root (RFC 5280 6.1): each link proved by the signature below it, valid, and allowed
// to be there. All paths are looked at, so that neither order nor a twin that ended decides.
import { type Certificate, isIssuedBy } from "../../shared/delivery/x509.ts";

export interface ChainWarning {
  code: "unknown-root" | "chain-ends-early";
  message: string;
}

/** `links` from the leaf upwards, leaf and root left out: clients have their own root. */
export type Chain = { links: Certificate[]; warnings: ChainWarning[] } | { missing: string; last: Certificate };

export interface Stock {
  /** What may become a link, in any order, roots among it. */
  candidates: readonly Certificate[];
  /** Known roots. */
  roots: readonly Certificate[];
  now: Date;
}

/** Longer than any chain of a public CA. */
const MOST_LINKS = 8;
/** Somebody who sends a thicket of cross-signed CAs gets the best of so many paths. */
const MOST_STEPS = 2_000;

interface Path {
  links: Certificate[];
  /** Null where it is not there, and its name says what it is. */
  root: Certificate | null;
  isKnown: boolean;
}

export function buildChain(leaf: Certificate, stock: Stock): Chain {
  const { whole, open, passedOver } = pathsFrom(leaf, stock);
  const [best] = whole.sort(byWorth);
  if (best) return { links: best.links, warnings: warningsOf(best, leaf) };
  const [longest = []] = open.sort((a, b) => b.length - a.length || compareIds(a, b));
  const last = longest.at(-1) ?? leaf;
  return { missing: missingText(last, passedOver.get(last.id)), last };
}

interface Found {
  whole: Path[];
  /** Ways that led nowhere. */
  open: Certificate[][];
  /** By the certificate below: why an issuer of it cannot be a link. */
  passedOver: Map<string, string>;
}

function pathsFrom(leaf: Certificate, { candidates, roots, now }: Stock): Found {
  const found: Found = { whole: [], open: [], passedOver: new Map() };
  const sorted = [...candidates].filter(({ x509 }) => x509.ca).sort((a, b) => (a.id < b.id ? -1 : 1));
  const rootIds = new Set(roots.map(({ id }) => id));
  const issuers = memo((below: Certificate) => sorted.filter((each) => isIssuedBy(below, each)));
  const rootsOf = memo((below: Certificate) => roots.filter((root) => isIssuedBy(below, root)));
  let steps = 0;

  const walk = (links: Certificate[]): void => {
    if (++steps > MOST_STEPS || links.length > MOST_LINKS) return;
    const below = links.at(-1) ?? leaf;
    const ends = found.whole.length + found.open.length;
    const unfit = (issuer: Certificate): string | undefined => unfitness(issuer, links.length, now);
    for (const root of rootsOf(below)) if (!unfit(root)) found.whole.push({ links, root, isKnown: true });
    for (const issuer of issuers(below)) {
      const why = unfit(issuer);
      if (why) found.passedOver.set(below.id, why);
      else if (issuer.isSelfSigned) {
        if (!rootIds.has(issuer.id)) found.whole.push({ links, root: issuer, isKnown: false });
      } else if (!links.some((link) => isSameAuthority(link, issuer))) walk([...links, issuer]);
    }
    if (found.whole.length + found.open.length > ends) return;
    if (links.length > 0 && !found.passedOver.has(below.id) && isRootByName(below))
      found.whole.push({ links, root: null, isKnown: false });
    else found.open.push(links);
  };
  walk([]);
  return found;
}

/** Why it cannot stand above so many other CAs; undefined where it can. */
function unfitness(issuer: Certificate, casBelow: number, now: Date): string | undefined {
  const { from, to, pathLength, isForServers } = issuer;
  if (to <= now.getTime()) return `ended on ${dayText(to)}`;
  if (from > now.getTime()) return `is not valid before ${dayText(from)}`;
  if (pathLength < casBelow) return `may have ${pathLength} CAs below it, and ${casBelow} would stand there`;
  return isForServers ? undefined : "is not for web servers";
}

/** Cross-signed CAs have one name and one key in several certificates: one of them is enough, and none leads in a circle. */
function isSameAuthority(a: Certificate, b: Certificate): boolean {
  return a.x509.subject === b.x509.subject && a.x509.publicKey.equals(b.x509.publicKey);
}

/**
 * Nobody sent the issuer, and nobody knows it: an intermediate that is missing, or a root, which needs not be sent.
 * Roots of public CAs call themselves so; no public CA signs a leaf with one (BR 6.1.7).
 */
function isRootByName({ x509 }: Certificate): boolean {
  return /\broot\b/i.test(x509.issuer);
}

/**
 * Known roots first, then one that was sent, then the longest life. Between equals the older root, which more clients
 * know, then the shorter chain, then the identities, so that the order of sending never decides.
 */
function byWorth(a: Path, b: Path): number {
  return (
    Number(b.isKnown) - Number(a.isKnown) ||
    Number(b.root !== null) - Number(a.root !== null) ||
    lifeOf(b) - lifeOf(a) ||
    (a.root?.from ?? 0) - (b.root?.from ?? 0) ||
    a.links.length - b.links.length ||
    compareIds(a.links, b.links)
  );
}

/** Until its first member ends. */
function lifeOf({ links, root }: Path): number {
  return Math.min(...[...links, ...(root ? [root] : [])].map(({ to }) => to));
}

function compareIds(a: readonly Certificate[], b: readonly Certificate[]): number {
  const [left, right] = [a, b].map((each) => each.map(({ id }) => id).join());
  return (left ?? "") < (right ?? "") ? -1 : 1;
}

function warningsOf(path: Path, leaf: Certificate): ChainWarning[] {
  const top = path.links.at(-1) ?? leaf;
  const ends = lifeOf(path);
  return [
    ...(path.isKnown
      ? []
      : [
          {
            code: "unknown-root" as const,
            message: `The chain ends at the root "${top.issuerName}", which is none of the known roots. If your customers' clients trust it, add it to roots in certfleet.yaml.`,
          },
        ]),
    ...(ends < leaf.to
      ? [
          {
            code: "chain-ends-early" as const,
            message: `The chain ends on ${dayText(ends)}, before the certificate. Reissue it, or install a newer chain before that day.`,
          },
        ]
      : []),
  ];
}

function missingText(last: Certificate, passedOver: string | undefined): string {
  const name = `"${last.issuerName}"`;
  return passedOver
    ? `The chain stops at certificate ${last.serialNumber}: the certificate of its issuer ${name} ${passedOver}, and there is no other.`
    : `The chain stops at certificate ${last.serialNumber}: the certificate of its issuer ${name} was not sent (CertGetCertDetail, element CACerts) and is not known.`;
}

function dayText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function memo<V>(make: (key: Certificate) => V): (key: Certificate) => V {
  const made = new Map<string, V>();
  return (key) => {
    const value = made.get(key.id) ?? make(key);
    made.set(key.id, value);
    return value;
  };
}
