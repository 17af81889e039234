// The policy in force, in the operator's own words, and what else the server does about rights.

import { element } from '../common/dom.js';
import { say } from '../common/words.js';
import { factList } from './parts.js';

function credentialsWords({ credentials }) {
  if (!credentials?.on) return say('rights.credentials-off');
  const parts = [say(credentials.is_development ? 'rights.credentials-development' : 'rights.credentials-on', { name: credentials.signed_by ?? '–' })];
  parts.push(say(credentials.has_timestamps ? 'rights.timestamps-on' : 'rights.timestamps-off'));
  return parts.join(' ');
}

/** An address that can be written to is a link; anything else is what it is. */
function contactWords(contact) {
  if (!contact) return say('rights.no-contact');
  if (/^https?:\/\//.test(contact)) return element('a', { href: contact, rel: 'noreferrer' }, contact);
  return contact;
}

/** @param {any} policy */
export function policyView(policy) {
  return element('div', { class: 'stack' },
    policy.statement && element('blockquote', { class: 'policy-statement' }, policy.statement),
    factList([
      ['rights.policy.name', policy.name],
      ['rights.policy.rules', say('rights.policy.rules-of', { count: policy.rules })],
      ['rights.policy.opt-outs', say('rights.policy.opt-outs-of', { count: policy.opt_outs })],
      ['rights.policy.works', policy.works?.on ? say('rights.policy.works-on', { count: policy.works.registered }) : say('rights.policy.works-off')],
      ['rights.policy.credentials', credentialsWords(policy)],
      ['rights.policy.watermark', say(policy.watermark ? 'rights.policy.watermark-on' : 'rights.policy.watermark-off')],
      ['rights.policy.safety', say(`rights.policy.safety-${policy.safety}`)],
      ['rights.policy.text', say('rights.policy.text-days', { count: policy.text_days })],
      ['rights.policy.contact', contactWords(policy.contact)],
    ]));
}
