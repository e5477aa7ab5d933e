/** Flowcharts in the notation of Mermaid, as the web page of the repository draws them too. */

import dagre from '@dagrejs/dagre';

const letterWidth = 8;
const nodeHeight = 30;

/** The arrows of a flowchart. Throws for what is more than arrows between names. */
const arrowsIn = (source) => {
  const [head, ...lines] = source.trim().split('\n');
  if (head !== 'flowchart TB') throw new Error(`a flowchart begins with "flowchart TB", not with "${head}"`);
  return lines.flatMap((line) => {
    const [, from, targets] = /^ *([\w/]+) --> ([\w/]+(?: & [\w/]+)*)$/.exec(line) ?? [];
    if (from === undefined) throw new Error(`"${line}" is no arrow of a flowchart`);
    return targets.split(' & ').map((to) => ({ from, to }));
  });
};

const laidOut = (arrows) => {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 10, edgesep: 4, ranksep: 34, marginx: 4, marginy: 4 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const name of new Set(arrows.flatMap(({ from, to }) => [from, to])))
    graph.setNode(name, { width: name.length * letterWidth + 20, height: nodeHeight });
  for (const { from, to } of arrows) graph.setEdge(from, to);
  dagre.layout(graph);
  return graph;
};

const shown = ({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`;
const middle = (a, b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

/** A path that bends at the points. */
const path = ([first, ...rest]) =>
  rest
    .slice(0, -1)
    .reduce(
      (drawn, point, n) =>
        `${drawn} Q${shown(point)} ${shown(n === rest.length - 2 ? rest.at(-1) : middle(point, rest[n + 1]))}`,
      `M${shown(first)}`,
    );

/** The flowchart as SVG in the colours of the page, with words for those who cannot see it. */
const draw = (source) => {
  const arrows = arrowsIn(source);
  const graph = laidOut(arrows);
  const { width, height } = graph.graph();
  const names = [...new Set(arrows.map(({ from }) => from))];
  const words = names.map(
    (name) =>
      `${name} to ${arrows
        .filter(({ from }) => from === name)
        .map(({ to }) => to)
        .join(', ')}`,
  );
  const lines = graph.edges().map((edge) => `<path d="${path(graph.edge(edge).points)}" marker-end="url(#tip)" />`);
  const boxes = graph.nodes().map((name) => {
    const { x, y, width: w, height: h } = graph.node(name);
    return `<rect x="${x - w / 2}" y="${y - h / 2}" width="${w}" height="${h}" rx="6" /><text x="${x}" y="${y + 5}">${name}</text>`;
  });
  return `<div class="picture" tabindex="0"><svg v-pre class="flowchart" role="img" aria-label="Arrows from ${words.join('; ')}"
    width="${Math.ceil(width)}" height="${Math.ceil(height)}" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}">
    <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" /></marker></defs>
    ${lines.join('')}${boxes.join('')}</svg></div>\n`;
};

/** Has blocks of Mermaid drawn when the site is built, so that pages load nothing for it. */
export const drawFlowcharts = (md) => {
  const fence = md.renderer.rules.fence;
  md.renderer.rules.fence = (tokens, at, ...rest) =>
    tokens[at].info.trim() === 'mermaid' ? draw(tokens[at].content) : fence(tokens, at, ...rest);
};
