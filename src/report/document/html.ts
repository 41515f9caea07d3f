/** A document as one HTML file that needs nothing else: its pictures are drawn in, and it prints as it is read. */

import { diagramSvg, timelineSvg } from '../diagrams/svg.js';
import type { Picture } from './blocks.js';
import { anchorOf, type Document, markdownOf } from './markdown.js';

export async function htmlOf(document: Document): Promise<string> {
  const { Marked } = await import('marked');
  const pictures = await drawn(document);
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth, text }) {
        return `<h${depth} id="${anchorOf(text.replace(/\\(?=.)/g, ''))}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
    },
  });
  const body = marked.parse(
    markdownOf(document, (picture) => pictures.get(picture) ?? ''),
    { async: false },
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${document.title.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</title>
<style>
${style}</style>
</head>
<body>
${unbroken(body)}</body>
</html>
`;
}

/** A figure is not torn from its sign; SQL stays as it is. */
function unbroken(html: string): string {
  return html
    .split(/(<pre>[\s\S]*?<\/pre>|<svg[\s\S]*?<\/svg>)/)
    .map((part) => (/^<(?:pre|svg)/.test(part) ? part : part.replace(/(\d) (%|×)/g, '$1&nbsp;$2')))
    .join('');
}

async function drawn({ preface, sections }: Document): Promise<ReadonlyMap<Picture, string>> {
  const pictures = new Map<Picture, string>();
  for (const block of [...preface, ...sections.flatMap((section) => section.blocks)]) {
    if (block.kind === 'diagram') pictures.set(block.picture, figure(await svgOf(block.picture)));
  }
  return pictures;
}

async function svgOf(picture: Picture): Promise<string> {
  return picture.kind === 'flowchart' ? diagramSvg(picture.diagram) : timelineSvg(picture.timeline);
}

/** A blank line would end the HTML for a reader of markdown. */
function figure(svg: string): string {
  return `<figure>\n${svg.replace(/\n\s*\n/g, '\n')}\n</figure>`;
}

const style = `:root { color-scheme: light dark; --line: #d1d5db; --soft: #f3f4f6; --text: #111827; --faint: #6b7280; --page: #fff; }
@media (prefers-color-scheme: dark) { :root { --line: #374151; --soft: #1f2937; --text: #e5e7eb; --faint: #9ca3af; --page: #111827; } }
body { font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; color: var(--text); background: var(--page); max-width: 62rem; margin: 2rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.9rem; margin: 0 0 1rem; }
h2 { font-size: 1.4rem; margin: 2.4rem 0 .8rem; padding-bottom: .25rem; border-bottom: 2px solid var(--line); }
h3 { font-size: 1.08rem; margin: 1.7rem 0 .5rem; }
p, li { overflow-wrap: anywhere; }
a { color: inherit; }
table { border-collapse: collapse; width: 100%; margin: .6rem 0 .2rem; font-size: .86rem; line-height: 1.35; }
th, td { border: 1px solid var(--line); padding: .22rem .45rem; vertical-align: top; text-align: left; }
th { background: var(--soft); }
td[align=right], th[align=right] { text-align: right; white-space: nowrap; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .86em; overflow-wrap: anywhere; }
td code { overflow-wrap: break-word; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 4px; padding: .5rem .7rem; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.35; }
sub { color: var(--faint); vertical-align: baseline; font-size: .78rem; }
figure { margin: 1rem 0 .3rem; background: #fff; border: 1px solid var(--line); border-radius: 4px; padding: .6rem; }
figure svg { display: block; width: 100%; height: auto; max-height: 60rem; margin: 0 auto; }
@page { size: A4; margin: 17mm 15mm; @bottom-center { content: counter(page); font-size: 8pt; color: #6b7280; } }
@media print {
  :root { color-scheme: light; --line: #c4c8ce; --soft: #f3f4f6; --text: #000; --faint: #555; --page: #fff; }
  body { font-size: 9.5pt; line-height: 1.38; max-width: none; margin: 0; padding: 0; }
  h1 { font-size: 18pt; }
  h2 { font-size: 13pt; margin-top: 1.5rem; }
  h3 { font-size: 10.5pt; margin-top: 1.1rem; }
  p, ul, ol { margin: .55rem 0; }
  h2, h2 + p { break-after: avoid; }
  h3, p:has(+ pre), p:has(+ table) { break-after: avoid; }
  tr, figure, pre { break-inside: avoid; }
  thead { display: table-header-group; }
  table + p sub { break-before: avoid; }
  figure svg { max-height: 23cm; }
  a { text-decoration: none; }
}
`;
