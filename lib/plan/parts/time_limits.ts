import { KanibakoError } from "../../host/error.ts";
import type { Part } from "./part.ts";

/** How long the box may be idle and run: kept by whoever hosts the run. */
export const timeLimits: Part = {
  name: "time limits",
  contribute: ({ settings, lifetime, mailbox }) => {
    const { idleTimeout, maxDuration } = settings;
    // Who has a box in the foreground sits before it.
    if (lifetime === "ephemeral" && idleTimeout.level === "flag" && idleTimeout.value !== undefined) {
      throw new KanibakoError(
        "no-effect",
        "--idle-timeout stops persistent sessions, and this one is ephemeral.",
        {
          hint: "To limit how long it runs: --max-duration",
          exitCode: 2,
        },
      );
    }
    const idle = lifetime === "persistent" ? idleTimeout.value : undefined;
    if (!mailbox || (idle === undefined && maxDuration.value === undefined)) return {};
    const options = {
      ...(idle === undefined ? {} : { idleSeconds: idle }),
      ...(maxDuration.value === undefined ? {} : { seconds: maxDuration.value }),
    };
    return { services: [{ name: "time", options }] };
  },
};
