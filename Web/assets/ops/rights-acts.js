// The acts of the panel on rights, each with its preview, its second yes, and its line.

import { ask } from '../common/api.js';
import { element } from '../common/dom.js';
import { knows, say } from '../common/words.js';
import { openAct, previewItem } from './act-dialog.js';

/** A sentence about what came of it. */
export const outcome = (...sentences) => sentences.filter(Boolean).map((sentence, index) => element('p', { class: index === 0 ? 'strong' : '' }, sentence));

export const previews = (found) => found.map(({ key, values, tone }) => previewItem(say(`rights.preview.${key}`, values), tone));

/**
 * An operator's word on something that waits: `accept`, `decline`, `release`, …
 * @param {{part: 'opt-outs'|'reviews'|'appeals', id: string, decision: string, name: string, shown?: Element|null, onDone: () => void}} options
 */
export function openWord({ part, id, decision, name, shown = null, onDone }) {
  const key = `${part}-${decision}`;
  openAct({
    title: say(`rights.act.${key}`, { name }),
    verb: say(`rights.yes.${key}`),
    fields: shown,
    read: () => ({ decision }),
    preview: () => previews([{ key, values: { name } }, ...(knows(`rights.preview.${key}-more`) ? [{ key: `${key}-more`, values: {} }] : [])]),
    reason: { label: say(part === 'appeals' ? 'rights.answer' : 'rights.reason-told') },
    send: (act, reason) => ask(`/ops/rights/${part}/${encodeURIComponent(id)}`, { method: 'POST', body: { ...act, reason } }),
    done: () => outcome(say(`rights.done.${key}`, { name })),
    onDone,
  });
}
