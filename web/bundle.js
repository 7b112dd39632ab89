// Makes one classic script of all components: a page from a disk may not load modules.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const OUT = '../core/src/main/resources/orrery/atlas';
const PACKAGES = ['lit', 'lit-html', 'lit-element', '@lit/reactive-element', 'uplot'];

/** The hash of all that the bundle is made from: each path and its content, in order. AtlasBundleTest does the same. */
function sources() {
  const paths = readdirSync('src', { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath ?? entry.path, entry.name).replaceAll('\\', '/'));
  const hash = createHash('sha256');
  for (const path of [...paths, 'bundle.js', 'package-lock.json'].sort()) {
    hash.update(`${path}\n`).update(readFileSync(path)).update('\n');
  }
  return hash.digest('hex');
}

const options = {
  bundle: true,
  minify: true,
  charset: 'utf8',
  legalComments: 'none',
  target: ['es2022'],
  write: false,
};
const script = await build({ ...options, entryPoints: ['src/atlas.js'], format: 'iife' });
const style = await build({ ...options, entryPoints: ['src/atlas.css'] });

const banner = content =>
  `/*! Orrery atlas, Apache-2.0; with Lit (BSD-3-Clause) and uPlot (MIT): see licences.txt. Made by web/build.\n` +
  `sources ${sources()}\ncontent ${createHash('sha256').update(content).digest('hex')} */\n`;

const licences = PACKAGES.map(name => {
  const { version, license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8'));
  const text = readFileSync(`node_modules/${name}/LICENSE`, 'utf8').trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
}).join('\n----------------------------------------\n\n');

const results = new Map([
  ['atlas.js', banner(script.outputFiles[0].text) + script.outputFiles[0].text],
  ['atlas.css', banner(style.outputFiles[0].text) + style.outputFiles[0].text],
  ['licences.txt', `The pages are made with these libraries.\n\n${licences}`],
]);

mkdirSync(OUT, { recursive: true });
for (const [name, text] of results) {
  const file = join(OUT, name);
  if (process.argv.includes('--check')) {
    if (readFileSync(file, 'utf8') !== text) {
      console.error(`${file} is not what web/build makes of these sources; run web/build`);
      process.exitCode = 1;
    }
  } else {
    writeFileSync(file, text);
    console.log(`${name}: ${Buffer.byteLength(text)} bytes`);
  }
}
