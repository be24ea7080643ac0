import { KanibakoError } from "../../host/error.ts";
import { BROWSER_PATH, BROWSER_PORT } from "../../spec/box_paths.ts";
import { sourceText } from "../../spec/source.ts";
import type { Part } from "./part.ts";

/** Where programs of the box find the browser that stands beside it. */
export const browser: Part = {
  name: "browser",
  contribute: ({ settings, steward, browser }) => {
    const { value, from } = settings.browser;
    if (!value) return {};
    if (steward && browser !== undefined) {
      const address = `ws://127.0.0.1:${BROWSER_PORT}${BROWSER_PATH}`;
      return { env: { BROWSER_WS_ENDPOINT: { value: address, secret: false, from } } };
    }
    throw new KanibakoError(
      "no-browser",
      `A browser cannot stand beside a box with this engine (${sourceText(from)}).`,
      { hint: "Use another engine, or leave the browser out." },
    );
  },
};
