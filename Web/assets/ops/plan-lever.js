// The lever on a plan's settings: each with what is configured, and presets.

import { element, write } from '../common/dom.js';
import { say } from '../common/words.js';
import { openLever } from './lever-dialog.js';
import { changesFrom, contradiction, isSame, problemWith, SETTINGS, tightened } from './settings.js';

function settingRow(setting, plan) {
  const id = `setting-${setting.name}`;
  const { [setting.name]: configured } = plan.configured_settings;
  const input = element('input', { type: 'text', id, value: plan.settings[setting.name], inputmode: setting.none ? null : 'decimal', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': `${id}-configured ${id}-problem` });
  const problem = element('p', { class: 'complaint', id: `${id}-problem` });
  const node = element(
    'div',
    { class: 'setting' },
    element('label', { for: id }, say(`setting.${setting.name}`)),
    input,
    element('span', { class: 'configured small soft', id: `${id}-configured` }, say('lever.configured', { value: configured })),
    problem,
  );
  function check() {
    const found = problemWith(setting, input.value.trim());
    write(problem, found ? say(`problem.${found}`, { least: setting.least, most: setting.most ?? '' }) : '');
    if (found) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
    node.classList.toggle('is-changed', !isSame(input.value.trim(), configured));
    return found === null;
  }
  return { name: setting.name, node, input, check };
}

/** @param {any} plan @param {'tighten'|'loosen'|'edit'} intent @param {{stateNow: () => any, onDone: () => void}} context */
export function openPlanLever(plan, intent, context) {
  const rows = SETTINGS.filter(({ name }) => name in plan.settings).map((setting) => settingRow(setting, plan));
  const crossed = element('p', { class: 'complaint', role: 'alert' });
  const put = (changes) => {
    const values = { ...plan.configured_settings, ...changes };
    for (const { name, input } of rows) input.value = values[name];
  };
  const read = () => {
    const areRight = rows.map(({ check }) => check()).every(Boolean);
    const values = Object.fromEntries(rows.map(({ name, input }) => [name, input.value.trim()]));
    const found = areRight ? contradiction(values) : null;
    write(crossed, found ? say(`problem.${found}`) : '');
    return areRight && !found ? { kind: 'plan', plan: plan.name, settings: changesFrom(plan, values) } : null;
  };
  if (intent === 'tighten') put(tightened(plan));
  if (intent === 'loosen') put({});

  const presets = element(
    'div',
    { class: 'row', role: 'group', 'aria-label': say('lever.presets') },
    element('button', { type: 'button', class: 'button small', onclick: () => { put(tightened(plan)); lever.showPreview(); } }, say('lever.tighten')),
    element('button', { type: 'button', class: 'button small', onclick: () => { put({}); lever.showPreview(); } }, say('lever.as-configured')),
    element('button', { type: 'button', class: 'button small', onclick: () => { put(plan.changed_settings); lever.showPreview(); } }, say('lever.as-now')),
  );
  const settings = element('div', { class: 'settings' }, rows.map(({ node }) => node));
  // Presets say in the preview what they do; the single settings are there for who wants them.
  const details = element('details', { class: 'settings-details', open: intent === 'edit' }, element('summary', {}, say('lever.settings')), settings);
  const lever = openLever({
    title: say(`lever.plan-${intent}`, { name: plan.name }),
    verb: say(`lever.yes-${intent}`, { name: plan.name }),
    fields: element('div', { class: 'stack' }, presets, details, crossed),
    read,
    ...context,
  });
}
