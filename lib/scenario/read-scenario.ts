import { Ajv } from 'ajv';
import { LineCounter, parseDocument } from 'yaml';
import { checkOptions } from '../unit/check-options.js';
import { OptionError } from '../errors.js';
import { lazy } from '../collections/lazy.js';
import { backoffOf } from './backoff-of.js';
import { readDuration } from './duration.js';
import { mistakeIn } from './mistake-in.js';
import { ScenarioError } from './scenario-error.js';
import { appActionSchemas, cloudActionSchemas, scenarioSchema } from './scenario-schema.js';
import type { Expectation, Scenario } from './scenario.js';
import { withoutKeystore } from './without-keystore.js';
import { yamlOffset, type YamlPath } from './yaml-offset.js';

type Members = Readonly<Record<string, unknown>>;

/** The tolerance of an exact time in `see`, in milliseconds. */
const tolerance = 100;

const validator = lazy(() =>
  new Ajv({ strict: false, verbose: true, keywords: ['isDuration', 'isEvent', 'isName'] }).compile(scenarioSchema),
);

/**
 * Reads a scenario from a YAML text; durations (`250ms`, `2s`, or a number of milliseconds) become milliseconds.
 *
 * @example
 * ```ts
 * const scenario = readScenario(await readFile('reset.yaml', 'utf8'), 'reset.yaml');
 * ```
 * @param text - The YAML text
 * @param file - The name of the file in errors
 * @throws {@link ScenarioError} with the line of `file` and the recommended correction
 */
export const readScenario = (text: string, file = 'scenario.yaml'): Scenario => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const [bad] = document.errors;
  if (bad) throw new ScenarioError(file, lineAt(bad.pos[0]), `this is no YAML: ${bad.message.split('\n')[0] ?? ''}`);

  const fail = (path: YamlPath, what: string): never => {
    throw new ScenarioError(file, lineAt(yamlOffset(document, path)), what);
  };
  const written: unknown = document.toJS();
  const validate = validator();
  if (!validate(written)) {
    const { path, what } = mistakeIn(validate.errors ?? []);
    fail(path, what);
  }
  const scenario = written as Members;
  for (const [list, actions] of [
    ['cloud', cloudActionSchemas],
    ['app', appActionSchemas],
  ] as const)
    checkSteps(list, scenario, Object.keys(actions), fail);

  const read = readDurations(scenario) as Scenario & { readonly see: readonly (string | WithExactTime)[] };
  const { backoff, ...options } = withoutKeystore(read.options);
  try {
    checkOptions({ ...options, backoff: backoffOf(backoff), systemId: 'unit-1', credentials });
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    fail(['options', error.option], error.message);
  }
  return { ...read, see: read.see.map(expectation) };
};

const credentials = { ca: '', cert: '', key: '' };

interface WithExactTime extends Expectation {
  readonly at?: number;
}

const expectation = (seen: string | WithExactTime): Expectation => {
  if (typeof seen === 'string') return { event: seen };
  const { at, ...rest } = seen;
  return at === undefined ? rest : { from: Math.max(0, at - tolerance), by: at + tolerance, ...rest };
};

const checkSteps = (
  list: 'cloud' | 'app',
  scenario: Members,
  actions: readonly string[],
  fail: (path: YamlPath, what: string) => never,
): void => {
  for (const [index, step] of ((scenario[list] ?? []) as readonly Members[]).entries()) {
    const [first, second] = Object.keys(step).filter((key) => actions.includes(key));
    if (first === undefined) fail([list, index], `this step does nothing; add one of ${actions.join(', ')}`);
    else if (second !== undefined)
      fail(
        [list, index, second],
        `a step does one thing, and this one has ${first} already; make it a step of its own`,
      );
    if ('at' in step && ('when' in step || 'after' in step))
      fail([list, index, 'at'], 'a step has either "at" or "when" and "after"; take one of them away');
  }
};

/** Reads durations wherever they are allowed; messages stay as they are. */
const readDurations = (value: unknown, key = ''): unknown => {
  if (typeof value === 'string' && durations.has(key)) return readDuration(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => readDurations(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      name,
      name === 'send' ? member : readDurations(member, name),
    ]),
  );
};

const durationKeys = (schema: unknown, key = ''): readonly string[] => {
  if (typeof schema !== 'object' || schema === null) return [];
  const inside = Object.entries(schema).flatMap(([name, part]: [string, unknown]) => durationKeys(part, name));
  return 'isDuration' in schema ? [key, ...inside] : inside;
};
const durations: ReadonlySet<string> = new Set(durationKeys(scenarioSchema));
