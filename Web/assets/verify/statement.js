// What a picture's credentials say, as keys of the words with their values. Values in, values out.

const ACTIONS = new Set([
  'created', 'opened', 'edited', 'placed', 'converted', 'cropped', 'resized', 'orientation', 'color_adjustments', 'filtered', 'drawing', 'removed', 'redacted',
  'published', 'transcoded', 'repackaged', 'translated', 'unknown',
]);
const SOURCES = new Set(['trainedAlgorithmicMedia', 'compositeWithTrainedAlgorithmicMedia', 'algorithmicMedia', 'digitalCapture', 'digitalCreation', 'digitalArt', 'composite', 'screenCapture']);
const RELATIONSHIPS = new Set(['parentOf', 'inputTo', 'componentOf']);
const POLICY_ACTIONS = new Set(['allow', 'rewrite', 'label', 'refuse']);

/** Of a name with a place before it, such as an IPTC address, what comes last. */
const lastPart = (name) => name.split('/').at(-1);

/** @returns {{key: string, values: any, source: string|null}} what was done, and how; an action that has no words here is named as it is. */
export function actionWords({ name, source = null, software = null }) {
  const plain = name.replace(/^c2pa\./, '');
  const from = source === null ? null : lastPart(source);
  return {
    key: name.startsWith('c2pa.') && ACTIONS.has(plain) ? `action-${plain}` : 'action-other',
    values: { name, software: software ?? '' },
    source: from !== null && SOURCES.has(from) ? `source-${from}` : null,
  };
}

/** @returns {{key: string, values: any}} */
export const ingredientWords = ({ title, relationship, has_credentials: isSigned }) => ({
  key: `ingredient-${RELATIONSHIPS.has(relationship) ? relationship : 'other'}${isSigned ? '-signed' : ''}`,
  values: { title: title ?? '–' },
});

/** Keys of what a policy did; each once, in the order in which it was done. Which rule did it, as in `rewrite:ghibli`, is left out. @param {string[]} actions */
export const policyActions = (actions) => [...new Set(actions.map((action) => action.split(':')[0]))].map((action) => (POLICY_ACTIONS.has(action) ? { key: `did-${action}`, values: {} } : { key: 'did-other', values: { action } }));

/** Whether what the credentials say can be relied on. */
export const isReliable = ({ verdict }) => verdict === 'trusted' || verdict === 'valid';
