// All that was made, newest first.
import { ask } from '../common/api.js';
import { openDialog } from '../common/dialog.js';
import { element, fill, write } from '../common/dom.js';
import { icon } from '../common/icons.js';
import { say } from '../common/words.js';

/** @param {{isKnown: boolean, remove: (id: string) => Promise<any>, reveal: (job: any) => void, openAccount: () => void}} acts */
export async function openGallery({ isKnown, remove, reveal, openAccount }) {
  const list = element('ul', { class: 'gallery', role: 'list' });
  const told = element('p', { role: 'status', class: 'soft' }, isKnown ? say('gallery.loading') : say('gallery.empty'));
  const more = element('button', { type: 'button', class: 'button', hidden: true, onclick: () => load() }, say('gallery.more'));
  const all = element('button', { type: 'button', class: 'button quiet', onclick: () => { dialog.close(); openAccount(); } }, say('gallery.deleteAll'));
  const dialog = openDialog(say('gallery.title'), [told, list, element('div', { class: 'row' }, more, isKnown && all)], { className: 'gallery-dialog' });
  let last = '';

  const item = (job) => {
    const trash = element('button', { type: 'button', class: 'button icon-only gallery-delete', 'aria-label': say('gallery.delete', { words: job.prompt ?? '' }), onclick: async () => {
      if (trash.dataset.sure !== 'yes') {
        trash.dataset.sure = 'yes';
        fill(trash, say('gallery.sure'));
        trash.setAttribute('aria-label', say('gallery.sureLabel', { words: job.prompt ?? '' }));
        return;
      }
      try {
        await remove(job.id);
        const next = node.nextElementSibling ?? node.previousElementSibling;
        node.remove();
        next?.querySelector('button')?.focus();
        write(told, list.children.length ? say('gallery.deleted') : say('gallery.empty'));
      } catch (error) { write(told, error.message || say('error.unknown')); }
    } }, icon('trash'));
    const node = element('li', { class: 'gallery-item' },
      element('button', { type: 'button', class: 'gallery-open', onclick: () => { dialog.close(); reveal(job); } },
        job.pictures[0].taken_down ? element('span', { class: 'taken-down small' }, say('taken.title')) : element('img', { src: `${job.pictures[0].url}?side=320`, alt: job.pictures[0]?.revised_prompt || job.prompt || '', loading: 'lazy', width: 160, height: 160 })),
      trash);
    return node;
  };

  async function load() {
    try {
      const { data, has_more: hasMore } = await ask(`/v1/gallery?limit=24${last ? `&after=${last}` : ''}`);
      list.append(...data.filter((job) => job.pictures.length).map(item));
      last = data[data.length - 1]?.id ?? last;
      more.hidden = !hasMore;
      write(told, list.children.length ? '' : say('gallery.empty'));
    } catch (error) { write(told, error.message || say('notice.offline')); }
  }
  if (isKnown) await load();
}
