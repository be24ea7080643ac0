/** One of many processes that change the same configuration: `config_worker.ts NUMBER`. */

import { resetSettings, setSetting } from "../../lib/config/change.ts";
import { systemPlace } from "../../lib/config/place.ts";
import { settingNamed } from "../../lib/config/setting_name.ts";
import { openHost } from "../../lib/config/system.ts";

const number = Deno.args[0]!;
const place = systemPlace(await openHost());
const set = (name: string, value: string) =>
  setSetting(place, settingNamed(name, "system"), value, { settings: [], resources: [] });
await set(`shared.gone${number}`, ".x");
for (let round = 0; round < 5; round++) {
  await set(`shared.c${number}-${round}`, `.cache/${number}`);
  await set(`env.V${number}_${round}`, "1");
}
await resetSettings(place, [settingNamed(`shared.gone${number}`, "system")]);
