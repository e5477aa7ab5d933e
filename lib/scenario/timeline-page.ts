import { escaped, timelinePicture, timeText } from './timeline-picture.js';
import { sideOf, type TimelineEvent } from './timeline.js';

/** The content of a page: a scenario that was played, or a message log that was replayed. */
export interface TimelineStory {
  /** The title of the page. */
  readonly title: string;
  /** A description below the title. */
  readonly about?: string | undefined;
  /** The expectations that were not met; undefined if there were none. */
  readonly failures?: readonly string[] | undefined;
  /** The events in their order. */
  readonly events: readonly TimelineEvent[];
}

/**
 * Returns a page of HTML with timelines: it loads no script, font or picture, and is light or dark as the reader
 * prefers.
 *
 * @example
 * ```ts
 * const { events, failures } = await playScenario(scenario);
 * await writeFile('reset.html', timelinePage([{ title: 'Reset', events, failures }]));
 * ```
 * @param stories - The timelines, from the first to the last
 */
export const timelinePage = (stories: readonly TimelineStory[]): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(stories.length === 1 ? (stories[0]?.title ?? '') : `${stories.length} timelines`)}</title>
<style>${style}</style>
</head>
<body>
<main>
${stories.length > 1 ? index(stories) : ''}
${stories.map(section).join('\n')}
</main>
<div id="tip" hidden></div>
<script>${script}</script>
</body>
</html>
`;

const index = (stories: readonly TimelineStory[]): string =>
  `<nav><ol>${stories.map((story, n) => `<li>${verdict(story)}<a href="#story-${n}">${escaped(story.title)}</a></li>`).join('')}</ol></nav>`;

const verdict = ({ failures }: TimelineStory): string => {
  if (failures === undefined) return '';
  return failures.length === 0
    ? '<span class="verdict passed">passed</span>'
    : '<span class="verdict failed">failed</span>';
};

const section = (story: TimelineStory, n: number): string => {
  const { title, about = '', failures = [], events } = story;
  return `<section id="story-${n}">
<h1>${escaped(title)} ${verdict(story)}</h1>
${about === '' ? '' : `<p class="about">${escaped(about)}</p>`}
${failures.map((failure) => `<p class="failure">${escaped(failure)}</p>`).join('')}
<div class="picture" role="region" aria-label="timeline of ${escaped(title)}" tabindex="0">${timelinePicture(events)}</div>
<p class="legend">${legend}</p>
<details><summary>${events.length} events</summary><table><thead><tr><th>time</th><th>the unit</th><th>the cloud</th></tr></thead><tbody>
${events.map(tableRow).join('\n')}
</tbody></table></details>
</section>`;
};

const tableRow = ({ at, text, detail = '' }: TimelineEvent): string => {
  const cell = `${escaped(text)}${detail === '' ? '' : `<small>${escaped(detail)}</small>`}`;
  const [unit, cloud] = sideOf(text) === 'unit' ? [cell, ''] : ['', cell];
  return `<tr><td>${timeText(at)}</td><td>${unit}</td><td>${cloud}</td></tr>`;
};

const legend = [
  ['connected', 'connected'],
  ['connecting', 'connecting'],
  ['discovering', 'discovering'],
  ['waiting', 'waiting'],
  ['queued', 'in the queue'],
  ['sent', 'sent, no ack yet'],
  ['acknowledged', 'acknowledged, connected'],
  ['dropped', 'dropped, refused, disconnected'],
  ['fault', 'what the scenario has the cloud do'],
  ['plain', 'anything else: point at it'],
]
  .map(([kind = '', text = '']) => `<span><i class="key ${kind}"></i>${text}</span>`)
  .join('')
  .concat('<span>Long waits are drawn shorter than they were.</span>');

const style = `
:root{color-scheme:light dark;--back:#fbfbfa;--card:#fff;--ink:#22262b;--soft:#6a7280;--line:#e4e6ea;
--connected:#8fd3a5;--connecting:#9cc7f0;--discovering:#c9b8ee;--waiting:#f3cf86;--stopped:#d5d8dd;--session:#cfe3f7;--outage:#f0b3ad;
--queued:#e3e6eb;--sent:#a9cdf2;--acknowledged:#2f9e5b;--dropped:#d1453b;--fault:#b8660c;--good:#2f9e5b;--bad:#d1453b;--plain:#5b6676}
@media (prefers-color-scheme:dark){:root{--back:#15181c;--card:#1c2025;--ink:#e6e8eb;--soft:#98a1ad;--line:#30363d;
--connected:#2c6b43;--connecting:#2b5380;--discovering:#564483;--waiting:#7a5a17;--stopped:#434a53;--session:#26384c;--outage:#6d302b;
--queued:#3a4149;--sent:#2f5c8c;--acknowledged:#4cc27d;--dropped:#ff7b70;--fault:#f0a04b;--good:#4cc27d;--bad:#ff7b70;--plain:#98a1ad}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1240px;margin:0 auto;padding:28px 24px}
h1{font-size:21px;margin:0 0 6px;font-weight:650}
section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:22px 24px;margin-bottom:24px}
nav ol{columns:2;padding:0;list-style:none;margin:0 0 24px}nav li{padding:2px 0}nav a{color:inherit}
.about{margin:0 0 12px;color:var(--soft);max-width:80ch}
.failure{margin:8px 0;padding:8px 12px;border-left:4px solid var(--bad);background:color-mix(in srgb,var(--bad) 10%,transparent)}
.verdict{display:inline-block;font-size:12px;font-weight:600;padding:1px 9px;border-radius:99px;margin-right:8px;vertical-align:middle;color:#fff}
.verdict.passed{background:#1f7a45}.verdict.failed{background:#c0362c}
.picture{overflow-x:auto;margin:8px 0}
svg{display:block;font:12px system-ui,sans-serif}
.grid{stroke:var(--line)}.tick{fill:var(--soft);text-anchor:middle;font-size:11px}
.row{fill:var(--soft);text-anchor:end;font-weight:600}.label{fill:var(--ink);pointer-events:none}
.hover:hover .span{stroke:var(--ink);stroke-width:1.5}.hover:hover .dot{stroke:var(--ink);stroke-width:2.5}
.dot{fill:var(--plain);stroke:var(--card);stroke-width:1.5}
${['connected', 'connecting', 'discovering', 'waiting', 'stopped', 'session', 'outage', 'queued', 'sent']
  .map((kind) => `.span.${kind},.key.${kind}{fill:var(--${kind});background:var(--${kind})}`)
  .join('')}
.dot.sent{fill:var(--connecting)}.dot.requeued,.dot.queued{fill:var(--plain)}
.dot.acknowledged,.key.acknowledged,.dot.good{fill:var(--good);background:var(--good)}
.dot.dropped,.dot.refused,.key.dropped,.dot.bad{fill:var(--bad);background:var(--bad)}
.key.plain{background:var(--plain)}
.dot.fault,.key.fault{fill:var(--fault);background:var(--fault)}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:12.5px;color:var(--soft);margin:10px 0}
.key{display:inline-block;width:12px;height:12px;border-radius:3px;margin-right:6px;vertical-align:-1px}
.key.acknowledged,.key.dropped,.key.fault,.key.plain{border-radius:50%}
details{font-size:13.5px}summary{cursor:pointer;color:var(--soft)}
table{border-collapse:collapse;width:100%;margin-top:8px}th{text-align:left;color:var(--soft);font-weight:600}
td,th{padding:3px 14px 3px 0;border-bottom:1px solid var(--line);vertical-align:top}td:first-child{white-space:nowrap;font-variant-numeric:tabular-nums}
small{display:block;color:var(--soft);overflow-wrap:anywhere}
#tip{position:fixed;z-index:1;max-width:420px;padding:7px 11px;border-radius:8px;background:var(--ink);color:var(--back);font-size:13px;white-space:pre-line;pointer-events:none;overflow-wrap:anywhere}
@media (max-width:700px){main{padding:12px}section{padding:14px}nav ol{columns:1}}
`;

/** The titles at once, rather than after a second; without scripts the browser shows them itself. */
const script = `
const tip=document.getElementById('tip');
for(const g of document.querySelectorAll('.hover')){const t=g.querySelector('title');const text=t.textContent;t.remove();g.setAttribute('aria-label',text);
g.addEventListener('pointermove',(e)=>{tip.textContent=text;tip.hidden=false;
tip.style.left=Math.max(8,Math.min(e.clientX+14,innerWidth-tip.offsetWidth-8))+'px';
tip.style.top=Math.min(e.clientY+16,innerHeight-tip.offsetHeight-8)+'px'});
g.addEventListener('pointerleave',()=>{tip.hidden=true})}
`;
