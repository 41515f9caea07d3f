/** A picture before anybody draws it: boxes in clusters and arrows between them. Mermaid and Graphviz are two ways to write it. */

export interface Diagram {
  readonly direction: 'LR' | 'TB';
  /** Arrows have heads, or the picture only says what belongs together. */
  readonly directed: boolean;
  readonly clusters: readonly DiagramCluster[];
  readonly edges: readonly DiagramEdge[];
}

export interface DiagramCluster {
  /** Without a label its nodes stand free. */
  readonly label?: string;
  readonly nodes: readonly DiagramNode[];
}

export interface DiagramNode {
  /** Any text that no other node has; writers make names of their own. */
  readonly id: string;
  /** Lines. */
  readonly label: readonly string[];
  readonly look: DiagramLook;
}

/** What a box stands for decides how it looks. */
export type DiagramLook = 'sharded' | 'global' | 'unsharded' | 'database' | 'plain';

export interface DiagramEdge {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
  readonly stroke: 'thin' | 'thick' | 'dashed';
}

export const fills: Readonly<Record<DiagramLook, string>> = {
  sharded: '#dbeafe',
  global: '#dcfce7',
  unsharded: '#fef3c7',
  database: '#ede9fe',
  plain: '#f3f4f6',
};
