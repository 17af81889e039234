// Who one is here, what is left, the ways in, and the way to leave nothing behind.
import { ask } from '../common/api.js';
import { openDialog } from '../common/dialog.js';
import { element, fill, write } from '../common/dom.js';
import { icon } from '../common/icons.js';
import { formatDate, formatDuration, say } from '../common/words.js';
import { canUsePasskeys, makePasskey, signInWithPasskey } from './passkeys.js';
import { shareRow } from './sharing.js';

/** @param {{session: any, changeAccount: (account: any, isForgotten?: boolean) => Promise<any>, drawLanguages: (select: any) => void}} parts */
export function openAccount({ session, changeAccount, drawLanguages }) {
  const told = element('p', { role: 'status', class: 'told' });
  const body = element('div', { class: 'stack' });
  const dialog = openDialog(say('account.title'), [told, body], { className: 'small-dialog' });
  const withPasskeys = canUsePasskeys() && session.facts.passkeys_possible;

  /** Runs an act and says how it went: in the words that it returns, if any, or else in those of `success`. */
  const act = (work, success) => async (/** @type {Event} */ event) => {
    event.preventDefault();
    try {
      const said = await work(event);
      write(told, typeof said === 'string' ? said : success);
      draw();
    } catch (error) {
      // Whoever closes the browser's passkey window has changed their mind, and knows it.
      write(told, error.name === 'NotAllowedError' ? say('account.passkeyStopped') : error.message || say('notice.offline'));
    }
  };
  const button = (label, work, success, look = 'button', symbol = null) =>
    element('button', { type: 'button', class: look, onclick: act(work, success) }, symbol && icon(symbol), label);

  function draw() {
    const account = session.account;
    fill(body, account ? [who(account), keeping(account)] : element('p', {}, say('account.none')), ways(account), language(), account && [links(), leaving(account)]);
  }

  const who = (account) => element('section', { class: 'card stack' },
    element('h3', {}, account.is_guest ? say('account.guest') : account.name),
    element('p', {}, say('account.plan', { plan: account.plan }), ' ', allowance(account)),
    account.is_guest && element('p', { class: 'small soft' }, say('account.guestNote')));
  const allowance = (account) => account.allowance
    ? say('account.allowance', { count: account.allowance.remaining, limit: account.allowance.limit, when: formatDuration(account.allowance.resets_in_seconds) })
    : say('account.noLimit');

  const keeping = (account) => element('section', { class: 'stack' },
    element('h3', {}, say('account.passkeys')),
    element('p', { class: 'small soft' }, withPasskeys ? say('account.passkeyNote') : say('account.passkeyImpossible')),
    account.passkeys.length > 0 && element('ul', { role: 'list', class: 'stack' }, account.passkeys.map((passkey) => element('li', { class: 'row' }, icon('key'),
      element('span', {}, `${passkey.name} · ${formatDate(passkey.created_at * 1000)}`),
      button(say('account.removePasskey'), () => forget(passkey), say('account.passkeyRemoved'), 'button quiet')))),
    element('div', { class: 'row' },
      withPasskeys && button(say('account.makePasskey'), async () => session.use(await makePasskey(deviceName())), say('account.passkeyMade'), 'button main', 'key'),
      button(say('account.endOthers'), () => ask('/v1/sessions', { method: 'DELETE' }), say('account.othersEnded'), 'button quiet')));

  const forget = async (passkey) => {
    const account = await ask(`/v1/passkeys/${encodeURIComponent(passkey.id)}`, { method: 'DELETE' });
    if (!account.signed_out) return session.use(account);
    await changeAccount(null);
    return say('account.passkeyRemovedHere');
  };

  const ways = (account) => {
    const key = element('input', { type: 'password', autocomplete: 'off', spellcheck: 'false', required: true, id: 'account-key' });
    const form = element('form', { class: 'stack', onsubmit: act(async () => changeAccount(await ask('/v1/session', { method: 'POST', body: { key: key.value.trim() } })), say('account.welcome')) },
      element('div', { class: 'field' }, element('label', { for: 'account-key' }, say('account.key')), key),
      element('div', { class: 'row' }, element('button', { class: 'button' }, say('account.signInKey'))));
    return element('details', { open: !account }, element('summary', {}, account ? say('account.other') : say('account.signIn')),
      element('div', { class: 'stack details-body' },
        withPasskeys && element('div', { class: 'row' }, button(say('account.usePasskey'), async () => changeAccount(await signInWithPasskey()), say('account.welcome'), 'button main', 'key')),
        form));
  };

  const language = () => {
    const select = element('select', { id: 'account-language' });
    drawLanguages(select);
    return element('div', { class: 'field' }, element('label', { for: 'account-language' }, say('page.language')), select);
  };

  const links = () => {
    const rows = element('div', { class: 'stack details-body' });
    return element('details', { ontoggle: async (event) => {
      if (!event.target.open) return;
      const answer = await ask('/v1/shares').catch((error) => { write(told, error.message || say(error.isNetwork ? 'notice.offline' : 'error.unknown')); });
      if (!answer) return;
      const { data } = answer;
      fill(rows, data.length ? data.map((share) => shareRow(share, told)) : element('p', { class: 'soft' }, say('account.noLinks')));
    } }, element('summary', {}, say('account.links')), rows);
  };

  const leaving = (account) => {
    const sure = element('input', { type: 'checkbox', onchange: () => { remove.disabled = !sure.checked; } });
    const remove = button(say('account.delete'), async () => {
      const gone = await ask('/v1/account', { method: 'DELETE', body: { confirm: 'delete everything' } });
      await changeAccount(null, true);
      write(told, say('account.deleted', { count: gone.pictures }));
    }, say('account.deletedShort'), 'button danger', 'trash');
    remove.disabled = true;
    const isLost = account.is_guest && account.passkeys.length === 0;
    return element('details', {}, element('summary', {}, say('account.leave')),
      element('div', { class: 'stack details-body' },
        isLost && element('p', { class: 'small careful' }, say('account.signOutLost')),
        element('div', { class: 'row' }, button(say('account.signOut'), async () => { await ask('/v1/session', { method: 'DELETE' }); await changeAccount(null); }, say('account.signedOut'))),
        element('p', {}, say('account.deleteNote')),
        element('label', { class: 'check' }, sure, say('account.deleteSure')),
        element('div', { class: 'row' }, remove)));
  };

  draw();
  return dialog;
}

/** A name that one knows again in a list of passkeys. */
function deviceName() {
  const known = [['iPhone', /iPhone/], ['iPad', /iPad/], ['Android', /Android/], ['Mac', /Mac/], ['Windows', /Windows/], ['Linux', /Linux/]];
  return /** @type {string} */ (known.find(([, sign]) => /** @type {RegExp} */ (sign).test(navigator.userAgent))?.[0] ?? 'passkey');
}
