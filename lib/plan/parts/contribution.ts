/**
 * What a part of the plan may add to it. Plain data; `plan.ts` puts the contributions of all parts together.
 *
 * @module
 */

import type {
  EnvEntry,
  InsideProcess,
  Limits,
  Mount,
  Network,
  PublishedPort,
  ServiceSpec,
} from "../../spec/box_spec.ts";

/** What a part adds to the plan. All fields are optional. */
export interface Contribution {
  /** What appears in the box's file tree. Two at one place are a conflict. */
  readonly mounts?: readonly Mount[];
  /** Variables. Two of one name are a conflict. */
  readonly env?: Readonly<Record<string, EnvEntry>>;
  /** What the box may use. One part decides. */
  readonly limits?: Limits;
  /** What the container starts. One part decides. */
  readonly command?: { readonly entrypoint: string; readonly args: readonly string[] };
  /** What the box may reach. The strictest applies; two different ones of equal strictness are a conflict. */
  readonly network?: Network;
  /** The ports of this machine that lead to it. */
  readonly ports?: readonly PublishedPort[];
  /** What the host runs beside the box. Two of one name are a conflict. */
  readonly services?: readonly ServiceSpec[];
  /** What is started in the box before the command. Two of one name are a conflict. */
  readonly inside?: readonly InsideProcess[];
  /** Labels of the container. Two of one name are a conflict. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What the box is kept from beyond its security profile. Several add up. */
  readonly security?: Narrowing;
}

/** Further restrictions. Nothing here can lift one. */
export interface Narrowing {
  /** Capabilities taken out of the bounding set, without `CAP_`. */
  readonly dropped?: readonly string[];
  readonly noNewPrivileges?: true;
  readonly readOnlyRoot?: true;
}

/** Contributions of all parts that have to be handed in to the box. */
export interface Gathered {
  readonly env: Readonly<Record<string, EnvEntry>>;
  readonly inside: readonly InsideProcess[];
}
