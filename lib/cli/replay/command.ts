import { writeFile } from 'node:fs/promises';
import { describeError } from '../../observability/describe-error.js';
import { playScenario } from '../../scenario/play-scenario.js';
import { replayLog } from '../../scenario/replay-log.js';
import { ScenarioError } from '../../scenario/scenario-error.js';
import type { TimelineEvent } from '../../scenario/timeline.js';
import { timelinePage, type TimelineStory } from '../../scenario/timeline-page.js';
import { wantsColour } from '../io/colour.js';
import { jsonLines } from '../io/json-lines.js';
import { replayFiles, type ReplayFile } from './files.js';
import type { ReplaySettings } from './options.js';
import { seenText, split, titleText, verdictText } from './text.js';
import { UsageError } from '../options/usage-error.js';

/** Replays files one after the other and writes each event to stdout as it happens; resolves with the exit code. */
export const runReplay = async (settings: ReplaySettings, stop: AbortSignal): Promise<number> => {
  const { paths, real, html } = settings;
  const files = await replayFiles(paths);
  const report = settings.json ? reportToPrograms() : reportToPeople(settings.quiet);
  const stories: TimelineStory[] = [];
  for (const file of files) {
    if (stop.aborted) {
      process.stderr.write('unitlink replay: stopped before the end\n');
      return 1;
    }
    const name = file.scenario?.name ?? file.file;
    report.begin(file.file, name);
    const story = await replay(file, name, real, report.seen);
    stories.push(story);
    report.end(file.file, story);
  }
  if (html !== undefined) await write(html, timelinePage(stories));
  return stories.some(({ failures = [] }) => failures.length > 0) ? 1 : 0;
};

const replay = async (
  { file, scenario, log = '' }: ReplayFile,
  title: string,
  real: boolean,
  onEvent: (event: TimelineEvent) => void,
): Promise<TimelineStory> => {
  if (scenario) {
    const { failures, events } = await playScenario(scenario, { real, onEvent });
    return { title, about: scenario.about, failures, events };
  }
  try {
    return { title, ...(await replayLog(log, { file, onEvent })) };
  } catch (error) {
    throw error instanceof ScenarioError ? new UsageError(error.message) : error;
  }
};

const write = async (path: string, page: string): Promise<void> => {
  try {
    await writeFile(path, page);
  } catch (error) {
    throw new UsageError(`option --html cannot be used: ${describeError(error).message}`);
  }
};

interface ReplayReport {
  readonly begin: (file: string, name: string) => void;
  readonly seen: (event: TimelineEvent) => void;
  readonly end: (file: string, story: TimelineStory) => void;
}

const reportToPrograms = (): ReplayReport => {
  const out = jsonLines(process.stdout);
  return {
    begin: (file, name) => {
      out.write({ event: 'replay', file, name });
    },
    seen: ({ at, text, detail }) => {
      const [who, what] = split(text);
      out.write({ event: 'seen', at, who, what, ...(detail === undefined ? {} : { detail }) });
    },
    end: (file, { failures }) => {
      if (failures) out.write({ event: 'result', file, passed: failures.length === 0, failures });
    },
  };
};

const reportToPeople = (quiet: boolean): ReplayReport => {
  const colour = wantsColour(process.stdout, process.env);
  const print = (text: string) => process.stdout.write(text);
  return {
    begin: (file, name) => {
      if (!quiet) print(titleText(name, file));
    },
    seen: (event) => {
      if (!quiet) print(seenText(event, colour));
    },
    end: (_file, { title, failures }) => {
      if (failures) print(verdictText(title, failures, colour));
    },
  };
};
