// A plan's settings as the levers change them: `settings` are in force, `configured_settings` what they would be without
// changes, `changed_settings` the changes.

/** In the order in which an operator thinks of them. `none` takes a limit away where that is allowed. */
export const SETTINGS = [
  { name: 'daily-allowance', kind: 'whole', least: 0, none: true },
  { name: 'pictures-per-second', kind: 'decimal', least: 0, none: true },
  { name: 'burst', kind: 'whole', least: 1 },
  { name: 'most-active-jobs', kind: 'whole', least: 1 },
  { name: 'patience-seconds', kind: 'decimal', least: 1 },
  { name: 'target-delay-seconds', kind: 'decimal', least: 0.1 },
  { name: 'horizon-seconds', kind: 'decimal', least: 1 },
  { name: 'floor-quality', kind: 'decimal', least: 0, most: 1 },
  { name: 'ceiling-quality', kind: 'decimal', least: 0, most: 1 },
  { name: 'weight', kind: 'decimal', least: 0.01 },
  { name: 'price-millicredits', kind: 'whole', least: 0 },
];

/** Numbers are the same however they are written; words are compared as words. */
export function isSame(one, other) {
  if (one === other) return true;
  const [left, right] = [Number(one), Number(other)];
  return one !== '' && other !== '' && !Number.isNaN(left) && left === right;
}

function halved(text, least, isWhole) {
  const value = Number(text) / 2;
  return String(Math.max(least, isWhole ? Math.floor(value) : Math.round(value * 1000) / 1000));
}

/** Half of the pictures a day and half of the rate. A plan that knows neither gets half of its jobs at a time. */
export function tightened(plan) {
  const now = plan.settings;
  const changes = { ...plan.changed_settings };
  if (now['daily-allowance'] !== 'none') changes['daily-allowance'] = halved(now['daily-allowance'], 1, true);
  if (now['pictures-per-second'] !== 'none') changes['pictures-per-second'] = halved(now['pictures-per-second'], 0.001, false);
  const isLimited = [now['daily-allowance'], now['pictures-per-second']].some((limit) => limit !== 'none');
  if (!isLimited) changes['most-active-jobs'] = halved(now['most-active-jobs'], 1, true);
  return changes;
}

/** Why a value cannot be, as a key of the words; null when it can. */
export function problemWith(setting, text) {
  if (text === 'none') return setting.none ? null : 'not-none';
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) return 'not-a-number';
  if (setting.kind === 'whole' && !Number.isInteger(value)) return 'not-whole';
  if (value < setting.least) return 'too-small';
  if (setting.most !== undefined && value > setting.most) return 'too-large';
  return null;
}

/** Floor above ceiling leaves nothing to give. */
export function contradiction(values) {
  return Number(values['floor-quality']) > Number(values['ceiling-quality']) ? 'floor-above-ceiling' : null;
}

/** What has to be sent: these settings replace all changes, so what is as configured is left out. */
export function changesFrom(plan, values) {
  const named = SETTINGS.map(({ name }) => [name, values[name]?.trim()]);
  return Object.fromEntries(named.filter(([name, value]) => value !== undefined && !isSame(value, plan.configured_settings[name] ?? '')));
}

/** What changes between two sets of settings, in order: `[{name, from, to}]`. */
export function differences(before, after) {
  return SETTINGS.map(({ name }) => ({ name, from: before[name], to: after[name] })).filter(
    ({ from, to }) => from !== undefined && to !== undefined && !isSame(from, to),
  );
}
