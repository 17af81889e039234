// What the pages of /ops, /status, /verify and /rights consist of: nothing missing, nothing that the policy forbids, all of it said
// in every language.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

const WEB = join(import.meta.dirname, '..');
const PAGES = ['ops', 'status', 'verify', 'rights'];
const FOLDERS = ['charts', 'ops', 'status', 'verify', 'rights'];
// Words of a page: the common ones, its own, and those of the pages whose modules it uses.
const WORDS = { ops: ['', 'status', 'ops', 'ops-rights'], status: ['', 'status'], verify: ['', 'status', 'verify'], rights: ['', 'status', 'rights'] };

const read = (path) => readFileSync(join(WEB, path), 'utf8');
const words = (file, language) => JSON.parse(read(`assets/words/${file ? `${file}.` : ''}${language}.json`));
const ownModules = FOLDERS.flatMap((folder) => readdirSync(join(WEB, 'assets', folder)).filter((name) => name.endsWith('.js')).map((name) => `assets/${folder}/${name}`));

const AT_ONCE = /(?:from|import) '(\.[^']+)'/g;
const EVER = /(?:from|import) ?\(?'(\.[^']+)'/g;

/** A module and all that it imports, directly or not: at once, or ever. */
function closure(path, pattern = AT_ONCE, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  for (const [, imported] of read(path).matchAll(pattern)) closure(normalize(join(dirname(path), imported)), pattern, found);
  return found;
}

const entryOf = (page) => /<script type="module" src="\/([^"]+)">/.exec(read(`pages/${page}.html`))[1];

for (const page of PAGES) {
  test(`${page}: every module is fetched at once, and no other`, () => {
    const entry = entryOf(page);
    const wanted = [...closure(entry)].filter((path) => path !== entry).sort();
    const preloaded = [...read(`pages/${page}.html`).matchAll(/<link rel="modulepreload" href="\/([^"]+)">/g)].map(([, path]) => path);
    assert.deepEqual(preloaded.toSorted(), wanted);
  });

  test(`${page}: nothing in the page that its policy forbids`, () => {
    const text = read(`pages/${page}.html`);
    assert.doesNotMatch(text, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
    for (const [, address] of text.matchAll(/(?:href|src)="([^"]+)"/g)) assert.match(address, /^(\/(?!\/)|#)/, 'nothing from anybody else');
    for (const [, path] of text.matchAll(/rel="stylesheet" href="\/([^"]+)"/g)) assert.ok(read(path).length > 0);
  });

  test(`${page}: what is said in the page and in its modules is in its words, in every language`, () => {
    const keys = new Set();
    for (const [, key] of read(`pages/${page}.html`).matchAll(/data-say(?:-label)?="([^"]+)"/g)) keys.add(key);
    for (const path of closure(entryOf(page), EVER)) {
      if (!FOLDERS.includes(path.split('/')[1])) continue;
      for (const [, key] of read(path).matchAll(/\bsay\('([^']+)'/g)) keys.add(key);
    }
    for (const language of ['en', 'fr']) {
      const known = Object.assign({}, ...WORDS[page].map((file) => words(file, language)));
      assert.deepEqual([...keys].filter((key) => !(key in known)), [], language);
    }
  });
}

test('nothing parses text as markup, and nothing runs it', () => {
  for (const path of ownModules) assert.doesNotMatch(read(path), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\('style'/, path);
});

test('languages say the same, with the same values in it', () => {
  const blanks = (entry) => new Set([...JSON.stringify(entry).matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  for (const file of [...PAGES, 'ops-rights']) {
    const [english, french] = [words(file, 'en'), words(file, 'fr')];
    assert.deepEqual(Object.keys(french).sort(), Object.keys(english).sort());
    for (const key of Object.keys(english)) assert.deepEqual(blanks(french[key]), blanks(english[key]), key);
  }
});

test('the governor says nothing that is not known in every language', () => {
  const source = readFileSync(join(WEB, '../Sources/SurgeCore/Governor/Governor.swift'), 'utf8');
  const sentences = [...source.matchAll(/case \.\w+: "([^"]+)"/g)].map(([, sentence]) => sentence);
  assert.ok(sentences.length >= 7);
  for (const language of ['en', 'fr']) {
    const known = words('status', language);
    assert.deepEqual(sentences.filter((sentence) => !(`why.${sentence}` in known)), []);
  }
});
