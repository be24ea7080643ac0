import { portText } from "../../config/port.ts";
import { KanibakoError } from "../../host/error.ts";
import { sourceText } from "../../spec/source.ts";
import type { Part } from "./part.ts";
import { wantsCalls } from "./steward.ts";

/** The ports of the box that this machine listens for. More can be added wherever there is a steward, which connects inside. */
export const ports: Part = {
  name: "ports",
  contribute: (input) => {
    const { published } = input.settings;
    if (input.steward && wantsCalls(input)) {
      return { ports: published, services: [{ name: "ports", options: { ports: published.map(portText) } }] };
    }
    const [first] = published;
    if (!first) return {};
    throw new KanibakoError(
      "no-ports",
      `Ports cannot be published with this engine: ${portText(first)} (${sourceText(first.from)}).`,
      { hint: "Use another engine, or leave the port out." },
    );
  },
};
