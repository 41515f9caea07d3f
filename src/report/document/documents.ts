/** The three documents of a plan: for the board, for those who decide, for the on-call. */

import type { DocumentedPlan } from '../../model/index.js';
import { designDocument } from './design-document.js';
import { factsOf } from './facts.js';
import { htmlOf } from './html.js';
import { type Document, markdownOf } from './markdown.js';
import { decisionMemo } from './memo.js';
import { triageSheet } from './triage.js';

export type DocumentKind = 'design' | 'memo' | 'triage';

/** GitHub's markdown, Mermaid for pictures. */
export function renderDocument(documented: DocumentedPlan, kind: DocumentKind): string {
  return markdownOf(documentOf(documented, kind));
}

/** One file that needs nothing else; pictures are drawn as SVG. */
export async function renderDocumentHtml(documented: DocumentedPlan, kind: DocumentKind): Promise<string> {
  return htmlOf(documentOf(documented, kind));
}

function documentOf(documented: DocumentedPlan, kind: DocumentKind): Document {
  const facts = factsOf(documented);
  switch (kind) {
    case 'design':
      return designDocument(facts);
    case 'memo':
      return decisionMemo(facts);
    case 'triage':
      return triageSheet(facts);
  }
}
