import { json, out, table } from "../../host/ui/terminal.ts";
import { originsText } from "../../secret/origin.ts";
import { readSecrets } from "../../secret/store.ts";
import type { Context } from "../context.ts";
import type { ListFlags } from "./secret.ts";

/** Runs `kanibako secret list`. */
export default async function list(this: Context, flags: ListFlags): Promise<void> {
  const secrets = (await readSecrets((await this.host()).dirs)).map(({ name, origins, at }) => ({
    name,
    from: originsText(origins),
    set: new Date(at).toISOString(),
  }));
  if (flags.json) return json(secrets);
  if (flags.quiet) return secrets.forEach(({ name }) => out(name));
  if (secrets.length === 0) return out("There are no secrets. To store one: kanibako secret set NAME");
  table(["NAME", "FROM", "SET"], secrets.map(({ name, from, set }) => [name, from, set.slice(0, 10)]));
}
