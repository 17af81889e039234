// Line icons on a 24 × 24 grid, drawn for these pages.

const paths = {
  add: 'M12 5v14M5 12h14',
  bell: 'M6.5 10a5.5 5.5 0 0 1 11 0c0 5 2 6 2 6.5h-15c0-.5 2-1.5 2-6.5M10 19.5a2.2 2.2 0 0 0 4 0',
  brush: 'M20 4c-4 1.5-8.5 5.5-10.5 9l1.5 1.5C14.5 12.5 18.5 8 20 4M9 13.5c-2.5 0-3.5 1.5-3.5 3.5 0 1.2-.8 2-2 2.5 3.5 1 7.5.5 7.5-3.5 0-1.2-.8-2.3-2-2.5',
  camera: 'M4 8h3l1.5-2.5h7L17 8h3v11H4zM12 16.5a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  close: 'M6 6l12 12M18 6L6 18',
  compare: 'M12 4v16M4 6h5v12H4M20 6h-5M20 18h-5M20 6v12',
  copy: 'M9 9h11v11H9zM15 9V4H4v11h5',
  dice: 'M5 5h14v14H5zM9 9h.01M15 9h.01M12 12h.01M9 15h.01M15 15h.01',
  down: 'M12 4v11M7 10.5l5 5 5-5M5 20h14',
  gallery: 'M4 5h16v14H4zM4 16l4.5-4.5 4 4 2.5-2.5 5 5M15.5 9h.01',
  info: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17M12 11v5.5M12 7.8h.01',
  key: 'M9.5 15.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8M13.5 11.5H21v3.5M17.5 11.5V14',
  language: 'M4 6h9M8.5 4v2M6 6c.6 3.5 3 6.5 6 8M11 6c-.6 3.5-3 6.5-6.5 8M12.5 20l4-10 4 10M14 17h5',
  link: 'M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1.2 1.2M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1.2-1.2',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20.5c.8-3.8 3.7-6 7.5-6s6.7 2.2 7.5 6',
  photo: 'M4 6h16v13H4zM4 16l4.5-4 3.5 3 3-2.5 5 4M9 9.8h.01M17 3v6M14 6h6',
  send: 'M12 19V5M6 11l6-6 6 6',
  settings: 'M4 8h9M17 8h3M4 16h3M11 16h9M15 6v4M9 14v4',
  share: 'M12 15V4M8 7.5L12 3.5l4 4M5 12v8h14v-8',
  trash: 'M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13M10.5 11v5.5M13.5 11v5.5',
};

const space = 'http://www.w3.org/2000/svg';

/** @param {keyof typeof paths} name */
export function icon(name) {
  const svg = document.createElementNS(space, 'svg');
  for (const [key, value] of [['viewBox', '0 0 24 24'], ['class', 'icon'], ['aria-hidden', 'true']]) svg.setAttribute(key, value);
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}
