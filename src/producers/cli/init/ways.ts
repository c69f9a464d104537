// The three ways to deploy a fleet that `certfleet init` knows, and what is different about each.

export const ways = ["systemd", "compose", "kubernetes"] as const;
export type Way = (typeof ways)[number];

export const wayTexts: Readonly<Record<Way, string>> = {
  systemd: "systemd units on this machine, or on several",
  compose: "Docker Compose, everything on one machine",
  kubernetes: "Kubernetes, with Kustomize",
};

/** Where the money journal lies when nobody says otherwise: the units, the Compose file and the manifests have the folder. */
export const journalFolders: Readonly<Record<Way, string>> = {
  systemd: "/var/lib/certfleet/journal",
  compose: "/journal",
  kubernetes: "/journal",
};

/** Of Compose's own Redis, which nobody is asked for. */
export const COMPOSE_REDIS = "redis://redis:6379";
