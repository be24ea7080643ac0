import type { Preset } from "./preset.ts";

/** Where images of containers are. */
export const containers: Preset = {
  meaning: "registries of container images",
  rules: [
    ...["docker.io", "*.docker.io", "*.docker.com"],
    ...["ghcr.io", "*.ghcr.io", "quay.io", "*.quay.io", "gcr.io", "*.gcr.io"],
    ...["mcr.microsoft.com", "*.mcr.microsoft.com", "*.k8s.io"],
  ],
};
