// What a person decides is done once and only for what it was meant for, and nothing covers a purchase that waits for a person.
import { expect, test, vi } from "vitest";
import { type Certificate, type LedgerState, statusOf, type Wish } from "../../../src/shared/certificate.ts";
import type { CertificateStore } from "../../../src/shared/certificates.ts";
import { makeWish } from "../../../src/shared/wish.ts";
import type { OrderNeeds } from "../../../src/workers/open/needs.ts";
import { openCertificate } from "../../../src/workers/open/road.ts";
import { orderNeeds } from "../../support/needs.ts";
import { issued, type World, world } from "../../support/world.ts";
