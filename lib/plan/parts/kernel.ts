import type { Part } from "./part.ts";

/** The file systems of the kernel: nothing may lie over them. */
export const kernel: Part = {
  name: "kernel",
  owns: ["/proc", "/sys", "/dev"],
  contribute: () => ({}),
};
