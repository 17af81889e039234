// The register of protected works: what is in it, what comes in, what goes out.

import { ApiError, ask } from '../common/api.js';
import { element, fill, write } from '../common/dom.js';
import { say } from '../common/words.js';
import { list, moment } from '../status/amounts.js';
import { openAct } from './act-dialog.js';
import { row, table } from './panel.js';
import { outcome, previews } from './rights-acts.js';

const SCOPES = ['uploads', 'outputs'];
const TITLE_LENGTH = 300;
const EVIDENCE_LENGTH = 10_000;

const input = (name, most) => element('input', { type: 'text', id: `work-${name}`, maxlength: most, autocomplete: 'off', 'aria-describedby': 'work-problem' });
const field = (name, control) => element('div', { class: 'field' }, element('label', { for: control.id }, say(`rights.work.${name}`)), control);

function openRegister({ onDone }) {
  const file = element('input', { type: 'file', id: 'work-file', accept: 'image/*', 'aria-describedby': 'work-problem' });
  const [title, holder] = [input('title', TITLE_LENGTH), input('holder', TITLE_LENGTH)];
  const evidence = element('textarea', { id: 'work-evidence', rows: 2, maxlength: EVIDENCE_LENGTH });
  const scopes = SCOPES.map((scope) => element('input', { type: 'checkbox', value: scope, checked: true }));
  const problem = element('p', { class: 'complaint small', id: 'work-problem' });

  function read() {
    const scope = scopes.filter((one) => one.checked).map((one) => one.value);
    const lack = !file.files[0] ? 'file' : title.value.trim() === '' ? 'title' : holder.value.trim() === '' ? 'holder' : evidence.value.trim() === '' ? 'evidence' : scope.length === 0 ? 'scope' : null;
    write(problem, lack ? say(`rights.work.no-${lack}`) : '');
    return lack ? null : { file: file.files[0], title: title.value.trim(), holder: holder.value.trim(), evidence: evidence.value.trim(), scope };
  }

  async function send(work) {
    const body = new FormData();
    body.append('image', work.file, work.file.name || 'work');
    body.append('title', work.title);
    body.append('right_holder', work.holder);
    body.append('evidence', work.evidence);
    // Both are what is meant where none is named.
    if (work.scope.length < SCOPES.length) body.append('scope', work.scope[0]);
    return ask('/ops/rights/works', { method: 'POST', body });
  }

  openAct({
    title: say('rights.work.register'),
    verb: say('rights.yes.register'),
    fields: element('div', { class: 'stack' },
      field('file', file), field('title', title), field('holder', holder), field('evidence', evidence),
      element('fieldset', {}, element('legend', { class: 'small soft' }, say('rights.work.scope')), scopes.map((control) => element('label', { class: 'check' }, control, say(`rights.work.scope-${control.value}`)))),
      problem),
    read,
    preview: (work) => previews([{ key: 'register', values: { title: work.title } }, ...work.scope.map((scope) => ({ key: `register-${scope}`, values: {} }))]),
    reason: { isNeeded: false },
    send,
    done: (work) => outcome(say('rights.done.register', { title: work.title, id: work.id })),
    onDone,
  });
}

const openWithdrawal = (work, { onDone }) => openAct({
  title: say('rights.work.withdraw', { title: work.title }),
  verb: say('rights.yes.withdraw-work'),
  fields: null,
  read: () => work,
  preview: () => previews([{ key: 'withdraw-work', values: { title: work.title } }]),
  reason: { isNeeded: false },
  send: () => ask(`/ops/rights/works/${encodeURIComponent(work.id)}`, { method: 'DELETE' }),
  done: () => outcome(say('rights.done.withdraw-work', { title: work.title })),
  onDone,
});

/** @param {{onDone: () => void}} context */
export function worksPart({ onDone }) {
  const columns = [{ name: say('rights.work.title') }, { name: say('rights.work.holder') }, { name: say('rights.work.scope') }, { name: say('rights.work.state') }];
  const { frame, body } = table(say('rights.works.table'), columns);
  const none = element('p', { class: 'soft small' }, say('rights.works.none'));
  const complaint = element('p', { class: 'complaint' });
  const context = { onDone: () => { load(); onDone(); } };

  function rowOf(work) {
    const made = row(columns);
    made.cells[0].append(work.title, element('code', { class: 'under' }, work.id));
    made.cells[1].append(work.right_holder ?? '–');
    made.cells[2].append(list(work.scope.map((scope) => say(`rights.work.scope-${scope}`))));
    if (work.state === 'registered') {
      made.cells[3].append(say('rights.work.since', { date: moment(work.registered_at) }), ' ', element('button', {
        type: 'button', class: 'button small', 'aria-label': `${say('rights.button.withdraw')}: ${work.title}`, onclick: () => openWithdrawal(work, context),
      }, say('rights.button.withdraw')));
    } else made.cells[3].append(say('rights.work.withdrawn', { date: moment(work.withdrawn_at ?? work.registered_at) }));
    return made;
  }

  async function load() {
    try {
      const { data } = await ask('/ops/rights/works');
      fill(complaint);
      frame.hidden = data.length === 0;
      none.hidden = data.length > 0;
      fill(body, data.map(rowOf));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fill(complaint, error.message || say('rights.not-loaded'));
    }
  }
  frame.hidden = true;

  return element('details', { class: 'rights-details', ontoggle: (event) => event.target.open && load() },
    element('summary', {}, say('rights.works.title')),
    element('div', { class: 'stack' },
      element('div', { class: 'row' }, element('button', { type: 'button', class: 'button small', onclick: () => openRegister(context) }, say('rights.button.register'))),
      complaint, none, frame));
}
