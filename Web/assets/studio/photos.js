// The ways a photo comes in: chosen, taken, pasted, dropped.
import { find } from '../common/dom.js';

const isPicture = (file) => file.type.startsWith('image/') || /\.(heic|heif|avif|jpe?g|png|webp)$/i.test(file.name ?? '');

/** @param {(photo: File) => void} onPhoto @param {() => void} onOther a file that is no picture */
export function receivePhotos(onPhoto, onOther) {
  const take = (/** @type {Iterable<File>} */ files) => {
    const all = [...files];
    const photo = all.find(isPicture);
    if (photo) onPhoto(photo);
    else if (all.length) onOther();
  };
  for (const id of ['file', 'camera']) {
    const input = find(`#${id}`);
    input.addEventListener('change', () => { take(input.files); input.value = ''; });
  }
  document.addEventListener('click', (event) => {
    const act = /** @type {any} */ (event.target).closest?.('[data-act]')?.dataset.act;
    if (act === 'photo') find('#file').click();
    if (act === 'camera') find('#camera').click();
  });
  document.addEventListener('paste', (event) => {
    const files = event.clipboardData?.files;
    if (files?.length) { event.preventDefault(); take(files); }
  });

  let depth = 0;
  const mark = (/** @type {number} */ next) => {
    depth = Math.max(0, next);
    document.documentElement.classList.toggle('is-dragging', depth > 0);
  };
  const carriesFiles = (event) => event.dataTransfer?.types.includes('Files');
  document.addEventListener('dragenter', (event) => { if (carriesFiles(event)) mark(depth + 1); });
  document.addEventListener('dragleave', (event) => { if (carriesFiles(event)) mark(depth - 1); });
  document.addEventListener('dragover', (event) => { if (carriesFiles(event)) event.preventDefault(); });
  document.addEventListener('drop', (event) => {
    mark(0);
    if (!carriesFiles(event)) return;
    event.preventDefault();
    take(event.dataTransfer?.files ?? []);
  });
}
