import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { languages, say, useWords } from '../assets/common/words.js';

const assets = new URL('../assets/', import.meta.url);
const read = (path) => readFileSync(new URL(path, assets), 'utf8');
const table = (language) => JSON.parse(read(`words/${language}.json`));
const forms = (entry) => (typeof entry === 'string' ? [entry] : Object.values(entry));
const placeholders = (text) => new Set(text.match(/\{\w+\}/g) ?? []);
// The names of styles come from the server in English; a language may have its own.
const isOptional = (key) => key.startsWith('style.');
const scripts = readdirSync(new URL('studio/', assets)).filter((name) => name.endsWith('.js'));

test('every language says everything, with the same blanks', () => {
  const english = table('en');
  for (const language of Object.keys(languages)) {
    const other = table(language);
    assert.deepEqual(Object.keys(other).filter((key) => !isOptional(key)).sort(), Object.keys(english).sort(), language);
    for (const [key, entry] of Object.entries(english)) {
      const wanted = new Set(forms(entry).flatMap((form) => [...placeholders(form)]));
      for (const form of forms(other[key])) for (const blank of placeholders(form)) assert.ok(wanted.has(blank), `${language} ${key} ${blank}`);
      if (typeof entry !== 'string') assert.ok(other[key].other, `${language} ${key} has a form for most numbers`);
    }
  }
});

test('whatever the studio says is in the tables, and nothing else is', () => {
  const english = table('en');
  const sources = [...['studio', 'share', 'gone'].map((page) => readFileSync(new URL(`../pages/${page}.html`, import.meta.url), 'utf8')), ...scripts.map((name) => read(`studio/${name}`)), read('common/dialog.js')];
  const used = new Set(sources.flatMap((text) => [
    ...[...text.matchAll(/data-say(?:-\w+)?="([\w.]+)"/g)].map((match) => match[1]),
    ...[...text.matchAll(/'((?:[a-z]+\.)[A-Za-z0-9.]+)'/g)].map((match) => match[1]).filter((key) => key in english),
    ...[...text.matchAll(/say\('([\w.]+)'/g)].map((match) => match[1]),
  ]));
  const families = sources.flatMap((text) => [...text.matchAll(/say\(`([a-z]+\.)/g)].map((match) => match[1]));
  for (const key of used) assert.ok(key in english, `${key} is said nowhere`);
  for (const key of Object.keys(english)) assert.ok(used.has(key) || families.some((family) => key.startsWith(family)), `${key} is never used`);
});

test('numbers choose their form, and what people wrote is never read as a blank', () => {
  useWords('en', { before: { 0: 'next', one: 'one before', other: '{count} before' }, said: 'Ready: {words}' });
  assert.deepEqual([0, 1, 2, 1200].map((count) => say('before', { count })), ['next', 'one before', '2 before', '1,200 before']);
  assert.equal(say('said', { words: '{count} $& </b>' }), 'Ready: {count} $& </b>');
  assert.equal(say('missing'), 'missing');
  useWords('fr', { n: { one: '{count} image', other: '{count} images' } });
  assert.equal(say('n', { count: 0 }), '0 image');
});

test('the kept shell is the whole studio', () => {
  const worker = read('studio/service-worker.js');
  for (const name of [...scripts.filter((script) => script !== 'service-worker.js'), 'studio.css']) assert.ok(worker.includes(`'${name}'`), name);
  for (const language of Object.keys(languages)) assert.ok(worker.includes(`/assets/words/${language}.json`), language);
  for (const [, folder, name] of [...scripts.map((script) => read(`studio/${script}`)).join('\n').matchAll(/'\.\.\/(common)\/([\w-]+\.js)'/g)]) assert.ok(worker.includes(`'${name}'`), `${folder}/${name}`);
});
