/**
 * A plan in the making: what the parts have contributed so far.
 *
 * @module
 */

import type {
  BoxSpec,
  EnvEntry,
  InsideProcess,
  Limits,
  Mount,
  Network,
  PublishedPort,
  Security,
  ServiceSpec,
} from "../spec/box_spec.ts";
import { narrowed, stricter } from "./narrow.ts";
import type { Contribution, Gathered } from "./parts/contribution.ts";
import type { Part, PlanInput } from "./parts/part.ts";
import { conflict, Places } from "./places.ts";

/** What the parts decide of a plan. */
export interface Drafted
  extends
    Pick<BoxSpec, "mounts" | "env" | "limits" | "network" | "ports" | "services" | "labels" | "security"> {
  readonly work: NonNullable<Contribution["command"]>;
}

/** Collects contributions. Its methods throw `plan-conflict` when two parts claim the same thing. */
export class Draft {
  readonly #places: Places;
  readonly #env = new Named<EnvEntry>("the variable");
  readonly #labels = new Named<string>("the label");
  readonly #services = new Named<ServiceSpec>("the service");
  readonly #inside = new Named<InsideProcess>("the process");
  readonly #ports: PublishedPort[] = [];
  #limits?: Limits;
  #work?: Contribution["command"];
  #network?: Network;
  #security: Security;

  /** `parts`: all there are. */
  constructor(parts: readonly Part[], input: Pick<PlanInput, "labels" | "security">) {
    this.#places = new Places(parts);
    this.#security = input.security;
    for (const [name, value] of Object.entries(input.labels)) this.#labels.add("the run", name, value);
  }

  /** Adds what a part contributes. */
  add(part: Part, contribution: Contribution): void {
    const { mounts, env, labels, services, inside, limits, command, network, ports, security } = contribution;
    this.addMounts(part, mounts ?? []);
    for (const [name, entry] of Object.entries(env ?? {})) this.#env.add(part.name, name, entry);
    for (const [name, value] of Object.entries(labels ?? {})) this.#labels.add(part.name, name, value);
    for (const service of services ?? []) this.#services.add(part.name, service.name, service);
    for (const process of inside ?? []) this.#inside.add(part.name, process.name, process);
    this.#ports.push(...ports ?? []);
    if (limits) this.#limits = once(this.#limits, limits, "the limits");
    if (command) this.#work = once(this.#work, command, "the command");
    if (network) this.#network = this.#network ? stricter(this.#network, network) : network;
    if (security) this.#security = narrowed(this.#security, security);
  }

  addMounts(part: Part, mounts: readonly Mount[]): void {
    for (const mount of mounts) this.#places.add(part, mount);
  }

  /** What is to be handed in, once all parts have contributed. */
  gathered(): Gathered {
    return { env: this.#env.record(), inside: this.#inside.values() };
  }

  /** All of it. */
  finish(): Drafted {
    const [limits, work, network] = [this.#limits, this.#work, this.#network];
    if (!limits || !work || !network) throw new Error("a plan without limits, command or network");
    return {
      work,
      mounts: this.#places.finish(),
      env: this.#env.record(),
      network,
      ports: this.#ports,
      limits,
      security: this.#security,
      services: this.#services.values(),
      labels: this.#labels.record(),
    };
  }
}

/** Things that have a name each, and a part that claims it. */
class Named<T> {
  readonly #entries = new Map<string, { readonly part: string; readonly value: T }>();

  constructor(readonly what: string) {}

  add(part: string, name: string, value: T): void {
    const earlier = this.#entries.get(name);
    if (earlier) throw conflict(`${this.what} ${name}`, earlier.part, part);
    this.#entries.set(name, { part, value });
  }

  record(): Record<string, T> {
    return Object.fromEntries([...this.#entries].map(([name, { value }]) => [name, value]));
  }

  values(): readonly T[] {
    return [...this.#entries.values()].map(({ value }) => value);
  }
}

function once<T>(present: T | undefined, added: T, what: string): T {
  if (present !== undefined) throw conflict(what, "one part", "another");
  return added;
}
