// Lists that change while somebody works in them: what is still there stays the same element, with its focus.

/**
 * @param {Element} container
 * @param {any[]} items
 * @param {(item: any) => string} keyOf
 * @param {(item: any) => Element} make
 * @param {(node: any, item: any, index: number) => void} [update]
 */
export function showKeyed(container, items, keyOf, make, update = () => {}) {
  const kept = new Map([...container.children].map((node) => [/** @type {any} */ (node).dataset.key, node]));
  items.forEach((item, index) => {
    const key = keyOf(item);
    let node = kept.get(key);
    if (node) {
      kept.delete(key);
    } else {
      node = make(item);
      node.dataset.key = key;
    }
    update(node, item, index);
    // Moving an element takes its focus away: only what stands in the wrong place moves.
    if (container.children[index] !== node) container.insertBefore(node, container.children[index] ?? null);
  });
  for (const node of kept.values()) node.remove();
}
