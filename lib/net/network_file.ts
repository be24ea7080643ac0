/**
 * The files between whoever decides about a box's filtered network and the door that acts on it. All are the host's: no box can read
 * or write them. The door reads the first two again when they change, so that a change acts on a running box.
 *
 * @module
 */

import {
  integer,
  listOf,
  type Of,
  oneOf,
  optional,
  schemaOf,
  shape,
  tableOf,
  text,
} from "../host/light_schema.ts";

/** A rule as it was written, and in words where it is from. */
const RULE = shape({ text, from: text, preset: optional(text) });

/** What the settings come to: `networkFile`. */
const FILE = shape({
  version: oneOf(1),
  /** Presets are spelled out. */
  rules: listOf(RULE),
  /** Addresses of names that the user pinned. Private ones are meant. */
  hosts: tableOf(listOf(text)),
  /** Files of certificates that our own TLS trusts beside the usual ones. */
  ca: listOf(text),
  /** The host's way out, where it has to go through a proxy: addresses without a login (`proxy.ts`). */
  proxy: shape({ url: optional(text), http: optional(text), except: optional(text) }),
  limits: shape({
    /** Connections at once. */
    connections: integer,
    /** New connections a second. */
    rate: integer,
    /** Bytes a second, both ways together; 0: no limit. */
    bytesPerSecond: integer,
    /** Bytes of a session, both ways together; 0: no limit. */
    bytes: integer,
  }),
  /** Secrets that are put into requests, without their values. */
  secrets: optional(listOf(shape({
    name: text,
    /** What the box has in its place. */
    placeholder: text,
    /** Where it may go, as it is written (`lib/secret/binding.ts`). */
    binding: text,
    /** Where the value is asked for (`lib/secret/origin.ts`). Absent: the store says. */
    origin: optional(text),
  }))),
  /** Hosts to which the box's agents send what they have seen. */
  agents: optional(listOf(text)),
  /** When a name that no rule is about waits for the user's answer, and how long. `attached`: while a terminal is connected. */
  ask: shape({ when: oneOf("always", "attached", "never"), waitMs: integer }),
});

/** Rules that end with the run: `networkRunFile`. */
const RUN_FILE = shape({ version: oneOf(1), run: text, rules: listOf(RULE) });

/** What waits: `networkPending`. The door alone writes it. */
const PENDING = shape({
  version: oneOf(1),
  names: listOf(shape({
    /** Short, for people to type: unique among those that wait. */
    id: text,
    host: text,
    /** 0: only the name was asked for so far. */
    port: integer,
    /** When it was first asked for: milliseconds since 1970. */
    since: integer,
    /** Until when it waits; in the past: it was refused, as nobody answered. */
    until: integer,
    /** Connections and questions that wait. */
    waiting: integer,
  })),
});

/** {@link NetworkFile} as it is read. */
export const NETWORK_FILE = schemaOf(FILE);
/** {@link NetworkRunFile} as it is read. */
export const NETWORK_RUN_FILE = schemaOf(RUN_FILE);
/** {@link NetworkPending} as it is read. */
export const NETWORK_PENDING = schemaOf(PENDING);

/** What the settings come to. */
export type NetworkFile = Of<typeof FILE>;
/** Rules of one run. */
export type NetworkRunFile = Of<typeof RUN_FILE>;
/** What waits for an answer. */
export type NetworkPending = Of<typeof PENDING>;
